//! A folder to run `gkc` in, with an environment that holds nothing of this machine.

#![allow(dead_code, reason = "each test file uses a part")]

use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The smallest configuration.
pub const QUICKSTART: &str = "apiVersion: gitpod-k3s/v1\ndomain: gitpod.acme.dev\n";

/// The root of the project.
pub fn project() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap()
        .to_path_buf()
}

/// The mistakes of all rules that have a golden, as paths from the project.
pub fn flagged() -> Vec<String> {
    let folders = fs::read_dir(project().join("golden/check")).unwrap();
    let path = |entry: std::io::Result<fs::DirEntry>| {
        format!(
            "golden/check/{}/flagged.yaml",
            entry.unwrap().file_name().display()
        )
    };
    let mut files: Vec<String> = folders
        .map(path)
        .filter(|path| project().join(path).is_file())
        .collect();
    files.sort();
    files
}

/// What a run said and how it ended.
pub struct Ran {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Ran {
    /// Both streams.
    pub fn all(&self) -> String {
        format!("{}{}", self.out, self.err)
    }

    /// Checks the exit code, and shows everything where it is another.
    #[track_caller]
    pub fn exits(self, code: i32) -> Ran {
        assert_eq!(self.code, code, "stdout:\n{}\nstderr:\n{}", self.out, self.err);
        self
    }
}

/// A temporary folder.
pub struct Sandbox(tempfile::TempDir);

impl Sandbox {
    pub fn new() -> Sandbox {
        Sandbox(tempfile::tempdir().unwrap())
    }

    /// With a configuration in it.
    pub fn with(config: &str) -> Sandbox {
        let sandbox = Sandbox::new();
        sandbox.write("gitpod-k3s.yaml", config);
        sandbox
    }

    /// With what `golden/build/<case>` compiles.
    pub fn golden(case: &str) -> Sandbox {
        let sandbox = Sandbox::new();
        for entry in fs::read_dir(project().join("golden/build").join(case)).unwrap() {
            let entry = entry.unwrap();
            if entry.file_type().unwrap().is_file() {
                sandbox.write(
                    entry.file_name().to_str().unwrap(),
                    fs::read(entry.path()).unwrap(),
                );
            }
        }
        let secrets = sandbox.path("secrets.env");
        if secrets.exists() {
            fs::rename(&secrets, sandbox.path("gitpod-k3s.secrets.env")).unwrap();
            sandbox.chmod("gitpod-k3s.secrets.env", 0o600);
        }
        sandbox
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    pub fn chmod(&self, name: &str, mode: u32) {
        fs::set_permissions(self.path(name), fs::Permissions::from_mode(mode)).unwrap();
    }

    pub fn mode(&self, name: &str) -> u32 {
        fs::symlink_metadata(self.path(name))
            .unwrap()
            .permissions()
            .mode()
            & 0o777
    }

    /// `gkc`, to be run here.
    pub fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_gkc"));
        self.surround(&mut command);
        command
    }

    /// A line of shell, to be run here with `gkc` in its path.
    pub fn shell(&self, line: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", &format!("umask 022\n{line}")]);
        self.surround(&mut command);
        let gkc = Path::new(env!("CARGO_BIN_EXE_gkc")).parent().unwrap();
        let mut path = vec![gkc.to_path_buf()];
        path.extend(std::env::split_paths(
            &std::env::var_os("PATH").unwrap_or_default(),
        ));
        command.env("PATH", std::env::join_paths(path).unwrap());
        command
    }

    fn surround(&self, command: &mut Command) {
        command
            .env_clear()
            .env("HOME", self.0.path())
            .env("LC_ALL", "C")
            .env("SOURCE_DATE_EPOCH", "1798761600")
            .current_dir(self.0.path())
            .stdin(Stdio::null());
    }

    /// Runs `gkc` with these arguments.
    pub fn gkc(&self, args: &[&str]) -> Ran {
        run(self.command().args(args), b"")
    }

    /// Runs `gkc` with something on standard input.
    pub fn gkc_with(&self, args: &[&str], stdin: &[u8]) -> Ran {
        run(self.command().args(args).stdin(Stdio::piped()), stdin)
    }
}

/// Runs a command to its end.
pub fn run(command: &mut Command, stdin: &[u8]) -> Ran {
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    if let Some(mut pipe) = child.stdin.take() {
        let stdin = stdin.to_vec();
        // Whoever has read enough hangs up.
        std::thread::spawn(move || pipe.write_all(&stdin));
    }
    let output = child.wait_with_output().unwrap();
    Ran {
        code: output.status.code().expect("it ends by itself"),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// Whether permissions mean nothing to this process; says that a test is skipped.
pub fn is_root(what: &str) -> bool {
    let probe = tempfile::tempdir().unwrap();
    fs::set_permissions(probe.path(), fs::Permissions::from_mode(0o500)).unwrap();
    let root = fs::write(probe.path().join("x"), "").is_ok();
    if root {
        println!("skipped: {what}: this user may read and write everything");
    }
    root
}
