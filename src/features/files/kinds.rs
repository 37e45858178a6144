//! What may be brought: a closed list. Archives are not on it: what nobody looks into hides what is in it, and every file of one
//! can be brought by itself. Nor is anything that a browser would run or render: no page, no SVG.

use crate::kernel::lists::closed_list;

closed_list! {
    /// What a file is, by its content; its name has to agree.
    Kind {
        Pdf = "pdf", "file-kind-pdf";
        Docx = "docx", "file-kind-docx";
        Xlsx = "xlsx", "file-kind-xlsx";
        Pptx = "pptx", "file-kind-pptx";
        Odt = "odt", "file-kind-odt";
        Ods = "ods", "file-kind-ods";
        Odp = "odp", "file-kind-odp";
        Png = "png", "file-kind-png";
        Jpeg = "jpeg", "file-kind-jpeg";
        Csv = "csv", "file-kind-csv";
        Txt = "txt", "file-kind-txt";
    }
}

impl Kind {
    /// What a file whose name ends so says that it is.
    pub fn of_ending(ending: &str) -> Option<Self> {
        match ending {
            "jpg" => Some(Self::Jpeg),
            other => Self::parse(other),
        }
    }

    /// The type under which it is handed out.
    pub fn media(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Pptx => "application/vnd.openxmlformats-officedocument.presentationml.presentation",
            Self::Odt => "application/vnd.oasis.opendocument.text",
            Self::Ods => "application/vnd.oasis.opendocument.spreadsheet",
            Self::Odp => "application/vnd.oasis.opendocument.presentation",
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Csv => "text/csv",
            Self::Txt => "text/plain",
        }
    }

    /// Of an archive that is a document: the part that makes it this kind.
    pub(super) fn main_part(self) -> Option<&'static str> {
        match self {
            Self::Docx => Some("word/document.xml"),
            Self::Xlsx => Some("xl/workbook.xml"),
            Self::Pptx => Some("ppt/presentation.xml"),
            _ => None,
        }
    }

    pub(super) fn is_open_document(self) -> bool {
        matches!(self, Self::Odt | Self::Ods | Self::Odp)
    }

    /// What a form's field offers to choose from: endings, as its attribute wants them.
    pub fn accepted() -> String {
        let endings: Vec<String> = Self::ALL.iter().map(|k| format!(".{}", k.as_str())).collect();
        format!("{},.jpg", endings.join(","))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_on_the_list_is_something() {
        for kind in Kind::ALL {
            assert_eq!(Kind::of_ending(kind.as_str()), Some(*kind));
        }
        assert_eq!(Kind::of_ending("jpg"), Some(Kind::Jpeg));
        for ending in ["", "zip", "svg", "html", "htm", "js", "exe", "docm", "xlsm", "doc", "xls", "msg", "PDF", "pdf "]
        {
            assert_eq!(Kind::of_ending(ending), None, "{ending}");
        }
    }
}
