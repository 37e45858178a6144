//! `concert demo` as a program: started, stopped and killed in every way it may be.

use nix::sys::signal::{Signal, kill};
use nix::unistd::{Pid, User, geteuid};
use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

const PROGRAM: &str = env!("CARGO_BIN_EXE_concert");

/// A folder for a demo that goes away; open to the account that runs the database.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        let path = std::env::temp_dir().join(format!("concert-demo-{}", uuid::Uuid::now_v7().simple()));
        fs::create_dir_all(&path).expect("a folder");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("open");
        Self(path)
    }
    fn data(&self) -> PathBuf {
        self.0.join("d")
    }
    /// The database's process, as long as there is one.
    fn server(&self) -> Option<Pid> {
        let text = fs::read_to_string(self.data().join("pg/data/postmaster.pid")).ok()?;
        let pid = Pid::from_raw(text.lines().next()?.parse().ok()?);
        kill(pid, None).ok().map(|()| pid)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).expect("a port");
    listener.local_addr().expect("an address").port()
}

fn wait_for(what: &str, patience: u64, mut holds: impl FnMut() -> bool) {
    let started = Instant::now();
    while !holds() {
        assert!(started.elapsed() < Duration::from_secs(patience), "not within {patience} seconds: {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

struct Demo {
    child: Child,
    lines: Receiver<String>,
    port: u16,
}

impl Demo {
    fn spawn(mut command: Command, port: u16) -> Self {
        let mut child =
            command.env("RUST_LOG", "warn").stdin(Stdio::null()).stdout(Stdio::piped()).spawn().expect("the program");
        let (send, lines) = channel();
        let out = BufReader::new(child.stdout.take().expect("its output"));
        std::thread::spawn(move || out.lines().map_while(Result::ok).try_for_each(|line| send.send(line)));
        Self { child, lines, port }
    }

    fn start(folder: &Folder, more: &[&str]) -> Self {
        let port = free_port();
        let mut command = Command::new(PROGRAM);
        command.args(["demo", "--port", &port.to_string(), "--data"]).arg(folder.data()).args(more);
        let demo = Self::spawn(command, port);
        demo.ready();
        demo
    }

    /// What it says until it is ready.
    fn ready(&self) -> String {
        let mut said = String::new();
        loop {
            let line = self.lines.recv_timeout(Duration::from_secs(60)).unwrap_or_else(|_| panic!("not ready: {said}"));
            said.push_str(&line);
            said.push('\n');
            if line.starts_with("Ready after") {
                return said;
            }
        }
    }

    fn pid(&self) -> Pid {
        Pid::from_raw(i32::try_from(self.child.id()).expect("a number"))
    }

    fn answers(&self) -> bool {
        run(&["healthcheck", "--ready", "--listen", &format!("127.0.0.1:{}", self.port)], &[]).status.success()
    }

    /// Ends it with a signal; it must end by itself, soon and well.
    fn stop(mut self, signal: Signal) {
        let asked = Instant::now();
        kill(self.pid(), signal).expect("a signal");
        let status = self.child.wait().expect("its end");
        assert!(status.success(), "{signal}: {status}");
        assert!(asked.elapsed() < Duration::from_secs(10), "{signal}: {:?}", asked.elapsed());
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn run(arguments: &[&str], paths: &[&Path]) -> Output {
    let mut command = Command::new(PROGRAM);
    command.args(arguments).args(paths).env("RUST_LOG", "warn").env_remove("DATABASE_URL").stdin(Stdio::null());
    command.output().expect("the program")
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// Every address a port is listened on, as the kernel writes them.
#[cfg(target_os = "linux")]
fn listening(port: u16) -> Vec<String> {
    let tables = ["/proc/net/tcp", "/proc/net/tcp6"].map(|t| fs::read_to_string(t).unwrap_or_default());
    let ending = format!(":{port:04X}");
    let lines = tables.iter().flat_map(|t| t.lines());
    lines
        .filter_map(|line| {
            let words: Vec<&str> = line.split_whitespace().collect();
            let [_, local, _, "0A", ..] = words.as_slice() else { return None };
            local.strip_suffix(&ending).map(str::to_owned)
        })
        .collect()
}

#[test]
fn it_lives_alone_on_this_machine_keeps_its_data_and_begins_anew_when_told() {
    let folder = Folder::new();
    let port = free_port();
    let mut command = Command::new(PROGRAM);
    command.args(["demo", "--port", &port.to_string(), "--data"]).arg(folder.data());
    let demo = Demo::spawn(command, port);
    let words = demo.ready();
    assert!(words.contains("support-group@iisg.example") && words.contains("/sign-in"), "{words}");
    assert!(demo.answers());
    #[cfg(target_os = "linux")]
    {
        assert_eq!(listening(port), ["0100007F"], "127.0.0.1 and nothing else");
        // what is free goes back to the system by itself: the allocator was built with the settings of .cargo/config.toml
        let threads = fs::read_dir(format!("/proc/{}/task", demo.pid())).expect("its threads").flatten();
        let names: Vec<String> = threads.filter_map(|t| fs::read_to_string(t.path().join("comm")).ok()).collect();
        assert!(names.iter().any(|name| name.starts_with("jemalloc_bg_thd")), "{names:?}");
    }
    let mode = |name: &str| fs::metadata(folder.data().join(name)).expect(name).permissions().mode() & 0o777;
    assert_eq!(mode("secret"), 0o600);
    assert_eq!(mode("pg"), 0o700);

    // a command joins the demo that runs, and its letter leaves at once
    let made = run(&["account", "create", "ada@ministry.example", "--data"], &[&folder.data()]);
    assert!(made.status.success(), "{}", said(&made));
    wait_for("the letter", 10, || fs::read_dir(folder.data().join("mail")).is_ok_and(|d| d.count() == 1));
    let reset = run(&["account", "reset-second-factor", "chair@iisg.example", "--data"], &[&folder.data()]);
    assert!(!reset.status.success() && said(&reset).contains("has no second factor"), "{}", said(&reset));
    // another demo does not
    let other = run(&["demo", "--port", &free_port().to_string(), "--data"], &[&folder.data()]);
    assert!(!other.status.success() && said(&other).contains("a demo runs on"), "{}", said(&other));
    assert!(demo.answers(), "the first goes on");
    let secret = fs::read_to_string(folder.data().join("secret")).expect("the secret");
    demo.stop(Signal::SIGTERM);
    assert!(folder.server().is_none(), "its database has ended with it");

    // a command brings up the database of a demo that does not run, and leaves nothing running
    let founded = run(
        &[
            "process",
            "create",
            "mine",
            "--name",
            "Mine",
            "--short-name",
            "M",
            "--secretariat-email",
            "a@x.example",
            "--secretariat-name",
            "A",
            "--data",
        ],
        &[&folder.data()],
    );
    assert!(founded.status.success(), "{}", said(&founded));
    assert!(folder.server().is_none());

    let again = Demo::start(&folder, &[]);
    assert_eq!(fs::read_to_string(folder.data().join("secret")).expect("the secret"), secret);
    assert!(said(&run(&["process", "list", "--data"], &[&folder.data()])).contains("Mine"), "what was made is kept");
    wait_for("the second letter", 10, || fs::read_dir(folder.data().join("mail")).is_ok_and(|d| d.count() == 2));
    again.stop(Signal::SIGINT);
    assert!(folder.server().is_none());

    let fresh = Demo::start(&folder, &["--fresh"]);
    let list = said(&run(&["process", "list", "--data"], &[&folder.data()]));
    assert!(!list.contains("Mine") && list.contains("iisg"), "{list}");
    assert_ne!(fs::read_to_string(folder.data().join("secret")).expect("the secret"), secret);
    fresh.stop(Signal::SIGTERM);
}

#[test]
fn nothing_is_left_when_it_or_its_parent_is_killed() {
    let folder = Folder::new();
    let port = free_port();
    let mut shell = Command::new("sh");
    // not exec: the shell stays its parent
    shell.args(["-c", "\"$0\" demo --port \"$1\" --data \"$2\"; true", PROGRAM, &port.to_string()]).arg(folder.data());
    let mut demo = Demo::spawn(shell, port);
    demo.ready();
    assert!(folder.server().is_some());
    demo.child.kill().expect("killed");
    demo.child.wait().expect("its end");
    wait_for("the demo and its database have ended with the shell", 15, || {
        !demo.answers() && folder.server().is_none()
    });

    let mut demo = Demo::start(&folder, &[]);
    demo.child.kill().expect("killed");
    demo.child.wait().expect("its end");
    wait_for("the database has ended with the demo", 15, || folder.server().is_none());
    Demo::start(&folder, &[]).stop(Signal::SIGTERM);
}

#[test]
fn a_folder_of_something_else_is_left_alone() {
    let folder = Folder::new();
    fs::create_dir_all(folder.data().join("mail")).expect("a folder");
    fs::write(folder.data().join("mail/letter"), "mine").expect("a file");
    fs::write(folder.data().join("notes"), "mine").expect("a file");
    for more in [None, Some("--fresh")] {
        let mut command = Command::new(PROGRAM);
        command.args(["demo", "--port", &free_port().to_string(), "--data"]).arg(folder.data()).args(more);
        let output = command.output().expect("the program");
        assert!(!output.status.success() && said(&output).contains("holds other things (notes)"), "{}", said(&output));
    }
    assert_eq!(fs::read_to_string(folder.data().join("mail/letter")).expect("kept"), "mine");
    let output = run(&["process", "list", "--data"], &[&folder.0.join("nowhere")]);
    assert!(!output.status.success() && said(&output).contains("holds no demo"), "{}", said(&output));
}

/// As root the database runs as another user; this is the other case, where everything is one user's.
#[test]
fn it_runs_as_a_user_who_is_not_root() {
    if !geteuid().is_root() {
        return; // the tests above were it
    }
    let Some(nobody) = User::from_name("nobody").expect("the list of users") else { return };
    let folder = Folder::new();
    // the program may stand where that user cannot go
    let program = folder.0.join("concert");
    if fs::hard_link(PROGRAM, &program).is_err() {
        fs::copy(PROGRAM, &program).expect("a copy");
    }
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).expect("open");
    fs::create_dir(folder.data()).expect("a folder");
    std::os::unix::fs::chown(folder.data(), Some(nobody.uid.as_raw()), Some(nobody.gid.as_raw())).expect("theirs");
    let port = free_port();
    let mut command = Command::new(&program);
    command.args(["demo", "--port", &port.to_string(), "--data"]).arg(folder.data());
    command.uid(nobody.uid.as_raw()).gid(nobody.gid.as_raw()).current_dir("/").env("HOME", "/nonexistent");
    let demo = Demo::spawn(command, port);
    demo.ready();
    assert!(demo.answers());
    demo.stop(Signal::SIGTERM);
    assert!(folder.server().is_none());
}
