//! What a store's error says, once and in one line: its library repeats each cause in what that caused, and a bucket's service answers
//! in XML.

use crate::kernel::job::told;

/// So much of it is told.
const LONGEST: usize = 600;

/// What whoever runs the installation may look at, by what services and the network say. The first that fits.
const ADVICE: [(&str, &str); 9] = [
    ("NoSuchBucket", "there is no such bucket: see CONCERT_FILES"),
    ("SignatureDoesNotMatch", "the secret is not that of the key: see CONCERT_FILES_S3_SECRET"),
    ("InvalidAccessKeyId", "the service does not know the key: see CONCERT_FILES_S3_KEY"),
    (
        "AccessDenied",
        "the key may not put, get and delete objects there, or there is no such bucket: see CONCERT_FILES and what the key may do",
    ),
    ("RequestTimeTooSkewed", "the clock of this machine is not that of the service"),
    ("AuthorizationHeaderMalformed", "the bucket is of another region: see CONCERT_FILES_S3_REGION"),
    ("incorrectly configured region", "the bucket is of another region: see CONCERT_FILES_S3_REGION"),
    ("Connection refused", "nothing answers at the address: see CONCERT_FILES_S3_ENDPOINT"),
    ("failed to lookup address", "there is no such address: see CONCERT_FILES_S3_ENDPOINT"),
];

/// An error as logs and the command line have it.
pub(super) fn plainly(error: impl Into<anyhow::Error>) -> anyhow::Error {
    anyhow::Error::msg(brief(&told(&error.into())))
}

/// What to look at, where it is known.
pub(super) fn advice(error: &anyhow::Error) -> Option<&'static str> {
    let text = error.to_string();
    ADVICE.iter().find(|(sign, _)| text.contains(sign)).map(|(_, advice)| *advice)
}

/// Whether it is the bucket itself that is not there.
pub(super) fn no_bucket(error: &object_store::Error) -> bool {
    error.to_string().contains("NoSuchBucket")
}

fn brief(text: &str) -> String {
    let text = match text.split_once("<?xml").or_else(|| text.split_once("<Error>")) {
        Some((before, answer)) => {
            let mut parts = vec![before.trim_end_matches([' ', ':'])];
            parts.extend(["Code", "Message"].into_iter().filter_map(|name| element(answer, name)));
            parts.join(": ")
        }
        None => text.to_owned(),
    };
    text.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(LONGEST).collect()
}

fn element<'a>(xml: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = xml.split_once(&format!("<{name}>"))?;
    rest.split_once(&format!("</{name}>")).map(|(text, _)| text.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANSWER: &str = "Error performing PUT https://storage.example/files/x in 4ms - Server returned non-2xx status code: 403 Forbidden: \
        <?xml version=\"1.0\" encoding=\"utf-8\"?>\n<Error><Code>SignatureDoesNotMatch</Code><Message>The request signature we calculated \
        does not match.</Message><RequestId>SdqA4</RequestId></Error>";

    #[test]
    fn an_answer_of_a_service_is_one_line_and_said_once() {
        let cause = object_store::Error::PermissionDenied { path: "x".into(), source: ANSWER.into() };
        let error = plainly(cause);
        let told = error.to_string();
        assert!(
            told.ends_with("403 Forbidden: SignatureDoesNotMatch: The request signature we calculated does not match.")
        );
        assert!(!told.contains(['<', '\n']) && told.matches("403 Forbidden").count() == 1, "{told}");
        assert!(advice(&error).is_some_and(|a| a.contains("CONCERT_FILES_S3_SECRET")), "{told}");
    }

    #[test]
    fn each_thing_that_can_be_wrong_with_the_settings_is_named() {
        for (text, setting) in [
            ("404 Not Found: <Error><Code>NoSuchBucket</Code><BucketName>f</BucketName></Error>", "CONCERT_FILES"),
            ("403 Forbidden: <Error><Code>InvalidAccessKeyId</Code></Error>", "CONCERT_FILES_S3_KEY"),
            ("403 Forbidden: <Error><Code>AccessDenied</Code></Error>", "what the key may do"),
            ("HTTP error: Connection refused (os error 111)", "CONCERT_FILES_S3_ENDPOINT"),
        ] {
            let error = plainly(anyhow::Error::msg(text));
            assert!(advice(&error).is_some_and(|a| a.contains(setting)), "{text}: {error}");
        }
        assert_eq!(advice(&plainly(anyhow::Error::msg("No space left on device"))), None);
    }
}
