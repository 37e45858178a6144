//! Readers under a fuzzer: files as they are, broken at random for a stated time. No case may panic, take longer than it may, or make the
//! program hold more memory than the readers' own limits let it. `CONCERT_FUZZ_SECONDS` says how long each reader is tried; what is found is
//! written to a file, and `CONCERT_FUZZ_SEED` walks the same way again.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::io::{Cursor, Read, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long each reader is tried, where nothing else is said.
const SECONDS: u64 = 60;
/// No case is made longer: readers that take more are bounded by limits of their own, which other tests hold.
const LONGEST: usize = 1 << 20;
/// So long a case may take, in a build without optimisation too.
const PATIENCE: Duration = Duration::from_secs(30);
/// So much more the program may hold at its worst than before the first case.
const MEMORY: u64 = 768 << 20;

/// What cases are made of.
pub enum Sample {
    Plain(Vec<u8>),
    /// Broken, then packed by gzip.
    Gzip(Vec<u8>),
    /// The files of an archive: one of them is broken, or the archive.
    Archive(Vec<(String, Vec<u8>)>),
}

impl Sample {
    /// The files of an archive that is whole.
    pub fn unpacked(archive: &[u8]) -> Self {
        let mut zip = zip::ZipArchive::new(Cursor::new(archive)).expect("an archive");
        let n = zip.len();
        let part = |i| {
            let mut file = zip.by_index(i).expect("a part");
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes).expect("its content");
            (file.name().expect("a name").into_owned(), bytes)
        };
        Sample::Archive((0..n).map(part).collect())
    }
}

#[expect(clippy::disallowed_methods, reason = "what a test is told has no place among the program's options")]
fn told(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// The folder of real files; none where this run is to do without.
pub fn shared() -> Option<PathBuf> {
    if told("CONCERT_NO_SHARED").is_some_and(|v| v == "1") {
        return None;
    }
    let beside = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared");
    let folder = told("CONCERT_SHARED").map_or_else(beside, PathBuf::from);
    assert!(
        folder.join("data/iati").is_dir(),
        "{} has no files: name their folder in CONCERT_SHARED",
        folder.display()
    );
    Some(folder.join("data/iati"))
}

/// A walk that can be gone again (SplitMix64).
struct Walk(u64);

impl Walk {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
    fn below(&mut self, n: usize) -> usize {
        usize::try_from(self.next() % (n.max(1) as u64)).unwrap_or(0)
    }
    fn stretch(&mut self, of: usize, most: usize) -> std::ops::Range<usize> {
        let from = self.below(of + 1);
        let length = self.below(most.min(of - from) + 1);
        from..from + length
    }
}

/// A tag, from its bracket to the other.
fn tag(bytes: &[u8], near: usize) -> Option<std::ops::Range<usize>> {
    let from = near + bytes.get(near..)?.iter().position(|b| *b == b'<')?;
    let length = bytes.get(from..)?.iter().take(4_000).position(|b| *b == b'>')?;
    Some(from..from + length + 1)
}

/// Breaks a file once.
fn broken(walk: &mut Walk, bytes: &mut Vec<u8>, other: &[u8], pieces: &[&[u8]]) {
    let n = bytes.len();
    match walk.below(9) {
        0 => bytes.truncate(walk.below(n + 1)),
        1 => {
            bytes.drain(walk.stretch(n, 400));
        }
        2 | 3 => {
            for _ in 0..=walk.below(4) {
                let (at, to) = (walk.below(n), walk.next());
                if let Some(byte) = bytes.get_mut(at) {
                    *byte = if to & 1 == 0 { *byte ^ (1 << ((to >> 8) & 7)) } else { (to >> 16) as u8 };
                }
            }
        }
        4 => {
            // once or twice mostly, and now and then very often
            let part = bytes.get(walk.stretch(n, 300)).unwrap_or_default().to_vec();
            let times = if walk.below(20) == 0 { 3_000 } else { walk.below(5) + 1 };
            let times = times.min(LONGEST.saturating_sub(n) / part.len().max(1));
            let at = walk.below(n + 1);
            bytes.splice(at..at, part.repeat(times));
        }
        5 => {
            let part = other.get(walk.stretch(other.len(), 2_000)).unwrap_or_default().to_vec();
            let into = walk.stretch(n, 200);
            bytes.splice(into, part);
        }
        6 => {
            // two tags change places
            let (a, b) = (walk.below(n), walk.below(n));
            let (Some(a), Some(b)) = (tag(bytes, a.min(b)), tag(bytes, a.max(b))) else { return };
            if a.end <= b.start {
                let (first, second) = (bytes[a.clone()].to_vec(), bytes[b.clone()].to_vec());
                bytes.splice(b, first);
                bytes.splice(a, second);
            }
        }
        _ => {
            let piece = pieces.get(walk.below(pieces.len())).copied().unwrap_or_default();
            let into = if walk.below(3) == 0 { walk.stretch(n, 30) } else { walk.stretch(n, 0) };
            bytes.splice(into, piece.iter().copied());
        }
    }
    bytes.truncate(LONGEST);
}

fn harmed(walk: &mut Walk, bytes: &[u8], other: &[u8], pieces: &[&[u8]]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for _ in 0..=walk.below(6) {
        broken(walk, &mut bytes, other, pieces);
    }
    bytes
}

fn plain(sample: &Sample, at: usize) -> &[u8] {
    match sample {
        Sample::Plain(bytes) | Sample::Gzip(bytes) => bytes,
        Sample::Archive(parts) => parts.get(at % parts.len().max(1)).map_or(&[][..], |(_, bytes)| bytes.as_slice()),
    }
}

fn archive(parts: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        zip.start_file(name.as_str(), zip::write::SimpleFileOptions::default()).expect("a part");
        zip.write_all(bytes).expect("its content");
    }
    zip.finish().expect("an archive").into_inner()
}

fn case(walk: &mut Walk, samples: &[Sample], pieces: &[&[u8]]) -> Vec<u8> {
    let sample = &samples[walk.below(samples.len())];
    let other = plain(&samples[walk.below(samples.len())], walk.below(1_000));
    match sample {
        Sample::Plain(bytes) => harmed(walk, bytes, other, pieces),
        Sample::Gzip(bytes) => {
            let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
            packed.write_all(&harmed(walk, bytes, other, pieces)).expect("packed");
            let packed = packed.finish().expect("packed");
            if walk.below(4) == 0 { harmed(walk, &packed, other, pieces) } else { packed }
        }
        Sample::Archive(parts) => {
            let mut parts = parts.clone();
            if walk.below(5) > 0 {
                let at = walk.below(parts.len());
                if let Some((_, bytes)) = parts.get_mut(at) {
                    *bytes = harmed(walk, bytes, other, pieces);
                }
                archive(&parts)
            } else {
                harmed(walk, &archive(&parts), other, pieces)
            }
        }
    }
}

/// The most that the program has held so far.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|l| l.trim().trim_end_matches(" kB").trim().parse::<u64>().ok()).unwrap_or(0) << 10
}

fn kept(name: &str, case: &[u8]) -> String {
    let path = std::env::temp_dir().join(format!("concert-fuzz-{name}"));
    std::fs::write(&path, case).expect("the case is kept");
    path.display().to_string()
}

/// What is being read, since when.
type Reading = Arc<Mutex<Option<(Instant, Vec<u8>)>>>;

fn hold(reading: &Reading, what: Option<Vec<u8>>) {
    *reading.lock().unwrap_or_else(PoisonError::into_inner) = what.map(|case| (Instant::now(), case));
}

/// Ends the program where a case does not end.
fn watched(name: &'static str, reading: Reading, over: Arc<AtomicBool>) -> std::thread::JoinHandle<()> {
    std::thread::spawn(move || {
        while !over.load(Ordering::Relaxed) {
            std::thread::sleep(Duration::from_millis(100));
            let stuck = reading.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some((since, case)) = stuck.as_ref()
                && since.elapsed() > PATIENCE
            {
                eprintln!("{name}: a case has not ended within {PATIENCE:?}: {}", kept(name, case));
                std::process::abort();
            }
        }
    })
}

/// Tries a reader for the stated time. `pieces`: what is put in between.
pub fn run(name: &'static str, samples: &[Sample], pieces: &[&[u8]], read: impl Fn(&[u8])) {
    assert!(!samples.is_empty(), "nothing to break");
    let seconds = told("CONCERT_FUZZ_SECONDS").and_then(|n| n.parse().ok()).unwrap_or(SECONDS);
    let drawn = || RandomState::new().build_hasher().finish();
    let seed = told("CONCERT_FUZZ_SEED").and_then(|n| n.parse().ok()).unwrap_or_else(drawn);
    let (mut walk, before, started) = (Walk(seed), peak(), Instant::now());
    let (reading, over) = (Reading::default(), Arc::new(AtomicBool::new(false)));
    let watch = watched(name, Arc::clone(&reading), Arc::clone(&over));
    let (mut cases, mut longest) = (0_u64, Duration::ZERO);
    while started.elapsed() < Duration::from_secs(seconds) {
        let bytes = case(&mut walk, samples, pieces);
        hold(&reading, Some(bytes.clone()));
        let began = Instant::now();
        let outcome = catch_unwind(AssertUnwindSafe(|| read(&bytes)));
        longest = longest.max(began.elapsed());
        hold(&reading, None);
        assert!(outcome.is_ok(), "{name}: case {cases} of seed {seed} broke the reader: {}", kept(name, &bytes));
        assert!(
            began.elapsed() < PATIENCE,
            "{name}: case {cases} of seed {seed} took too long: {}",
            kept(name, &bytes)
        );
        let more = peak().saturating_sub(before);
        assert!(more < MEMORY, "{name}: case {cases} of seed {seed} took {} MB: {}", more >> 20, kept(name, &bytes));
        cases += 1;
    }
    over.store(true, Ordering::Relaxed);
    watch.join().expect("the watch ends");
    println!(
        "{name}: {cases} cases in {seconds} s, seed {seed}; the longest took {} ms, memory at most {} MB more",
        longest.as_millis(),
        peak().saturating_sub(before) >> 20
    );
    assert!(cases > 0);
}
