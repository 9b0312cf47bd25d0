//! A reader, a crash or a neighbour never sees half a tree, and what others put there stays.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test that cannot go on says so by panicking"
)]

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::Path;
use std::process::Stdio;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use support::{Sandbox, is_root};

/// Each path with its mode, and its bytes, the target of a link or nothing.
type Tree = BTreeMap<String, (u32, Vec<u8>)>;

fn tree(root: &Path) -> Tree {
    let mut found = Tree::new();
    let mut open = vec![root.to_path_buf()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let meta = fs::symlink_metadata(&path).unwrap();
            let bytes = if meta.is_symlink() {
                fs::read_link(&path)
                    .unwrap()
                    .into_os_string()
                    .into_encoded_bytes()
            } else if meta.is_dir() {
                open.push(path.clone());
                Vec::new()
            } else {
                fs::read(&path).unwrap()
            };
            let name = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
            found.insert(name, (meta.permissions().mode() & 0o7777, bytes));
        }
    }
    found
}

/// What is beside the tree and is not meant to stay.
fn leftovers(sandbox: &Sandbox) -> Vec<String> {
    let names = fs::read_dir(sandbox.path("")).unwrap();
    let names = names.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| name.starts_with(".build")).collect()
}

/// A configuration with many files in its tree, in two versions.
fn two_versions() -> Sandbox {
    let sandbox = Sandbox::golden("gcp-large");
    let text = sandbox.read("gitpod-k3s.yaml");
    sandbox.write(
        "gitpod-k3s.yaml",
        text.replace("services, count: 2", "services, count: 1"),
    );
    let other = text
        .replace("name: services", "name: other")
        .replace("acme-prod", "acme-test");
    fs::copy(
        sandbox.path("gitpod-k3s.secrets.env"),
        sandbox.path("other.secrets.env"),
    )
    .unwrap();
    sandbox.write("other.yaml", other);
    sandbox
}

fn foreign(sandbox: &Sandbox) {
    sandbox.write("build/terraform/terraform.tfstate", "state");
    sandbox.write("build/terraform/.terraform/providers/p/1.0/bin", "binary");
    sandbox.chmod("build/terraform/.terraform/providers/p/1.0/bin", 0o755);
    sandbox.chmod("build/terraform/.terraform/providers", 0o700);
    sandbox.write("build/secrets/mine.pem", "key");
    sandbox.chmod("build/secrets/mine.pem", 0o400);
    fs::create_dir_all(sandbox.path("build/notes/empty")).unwrap();
    sandbox.chmod("build/notes/empty", 0o750);
    symlink("../gitpod-k3s.yaml", sandbox.path("build/link")).unwrap();
    symlink("nowhere", sandbox.path("build/terraform/dangling")).unwrap();
}

const FILES: [&str; 5] = [
    "terraform/terraform.tfstate",
    "terraform/.terraform/providers/p/1.0/bin",
    "secrets/mine.pem",
    "link",
    "terraform/dangling",
];

#[test]
fn files_of_others_survive_every_build_as_they_are() {
    let sandbox = two_versions();
    sandbox.gkc(&["build"]).exits(0);
    foreign(&sandbox);
    let kept = |tree: &Tree| -> Tree {
        let ours =
            |path: &str| FILES.contains(&path) || path.contains(".terraform") || path.starts_with("notes");
        tree.iter()
            .filter(|(path, _)| ours(path))
            .map(|(path, entry)| (path.clone(), entry.clone()))
            .collect()
    };
    let inodes = || {
        FILES.map(|path| {
            fs::symlink_metadata(sandbox.path("build").join(path))
                .unwrap()
                .ino()
        })
    };
    let (before, linked) = (kept(&tree(&sandbox.path("build"))), inodes());
    assert_eq!(before.len(), 11, "{:?}", before.keys());
    for args in [
        &["build", "other.yaml", "--out", "build"][..],
        &["build"],
        &["build", "other.yaml", "--out", "build", "--only", "tailscale"],
        &["build", "--secrets", "late"],
        &["build"],
    ] {
        let ran = sandbox.gkc(args).exits(0);
        assert!(ran.err.contains("terraform/terraform.tfstate"), "{}", ran.err);
        assert_eq!(kept(&tree(&sandbox.path("build"))), before, "{args:?}");
        assert_eq!(inodes(), linked, "{args:?}");
    }
}

#[test]
fn a_folder_closed_to_its_owner_is_carried_over_and_leaves_nothing() {
    let sandbox = two_versions();
    sandbox.gkc(&["build"]).exits(0);
    sandbox.write("build/cache/module/file", "x");
    sandbox.chmod("build/cache/module", 0o555);
    sandbox.gkc(&["build", "other.yaml", "--out", "build"]).exits(0);
    assert_eq!(sandbox.mode("build/cache/module"), 0o555);
    assert_eq!(sandbox.read("build/cache/module/file"), "x");
    assert_eq!(leftovers(&sandbox), [""; 0]);
}

#[test]
fn what_gkc_no_longer_makes_is_gone_and_named() {
    let sandbox = two_versions();
    sandbox.gkc(&["build"]).exits(0);
    let ran = sandbox.gkc(&["build", "other.yaml", "--out", "build"]).exits(0);
    assert!(
        ran.err.contains("removed: cloud-init/pool-services.yaml"),
        "{}",
        ran.err
    );
    assert!(!sandbox.path("build/cloud-init/pool-services.yaml").exists());
    assert!(sandbox.path("build/cloud-init/pool-other.yaml").exists());
}

#[test]
fn an_edit_survives_builds_of_other_parts() {
    for path in ["secrets/gitpod.yaml", "k3s/apply.sh"] {
        let sandbox = two_versions();
        sandbox.gkc(&["build"]).exits(0);
        let file = format!("build/{path}");
        let edited = sandbox.read(&file) + "# mine\n";
        sandbox.write(&file, &edited);
        for config in ["gitpod-k3s.yaml", "other.yaml", "gitpod-k3s.yaml", "other.yaml"] {
            let ran = sandbox
                .gkc(&["build", config, "--out", "build", "--only", "machines"])
                .exits(0);
            assert!(!ran.err.contains("edited by hand"), "{}", ran.err);
            assert_eq!(sandbox.read(&file), edited);
        }
        let ran = sandbox.gkc(&["build"]).exits(0);
        assert!(
            ran.err.contains(&format!("edited by hand: {path}.gkc-edited")),
            "{}",
            ran.err
        );
        assert_eq!(sandbox.read(&format!("{file}.gkc-edited")), edited);
    }
}

#[test]
fn secrets_are_private_and_the_rest_is_not() {
    let sandbox = two_versions();
    sandbox.gkc(&["build"]).exits(0);
    assert_eq!(sandbox.mode("build"), 0o755);
    assert_eq!(sandbox.mode("build/secrets"), 0o700);
    assert_eq!(sandbox.mode("build/secrets/gitpod.yaml"), 0o600);
    assert_eq!(sandbox.mode("build/cloud-init/server-init.yaml"), 0o600);
    assert_eq!(sandbox.mode("build/README.md"), 0o644);
    assert_eq!(sandbox.mode("build/k3s/apply.sh"), 0o755);
    // Who closes the tree finds it closed.
    sandbox.chmod("build", 0o700);
    sandbox.gkc(&["build", "other.yaml", "--out", "build"]).exits(0);
    assert_eq!(sandbox.mode("build"), 0o700);
}

#[test]
fn a_second_build_writes_nothing() {
    let sandbox = two_versions();
    sandbox.gkc(&["build"]).exits(0);
    let inode = |path: &str| fs::metadata(sandbox.path(path)).unwrap().ino();
    let before = (inode("build"), inode("build/README.md"));
    sandbox.gkc(&["build"]).exits(0);
    assert_eq!((inode("build"), inode("build/README.md")), before);
}

/// Kills a build at many moments: some spread over the whole run, some once it has begun to write.
#[test]
fn a_build_killed_at_any_moment_leaves_the_old_tree_or_the_new_one() {
    const KILLS: u32 = 80;
    let sandbox = two_versions();
    let root = sandbox.path("build");
    let build = |args: &[&str]| {
        sandbox.gkc(args).exits(0);
        tree(&root)
    };
    const OLD: &[&str] = &["build"];
    const NEW: &[&str] = &["build", "other.yaml", "--out", "build"];
    build(OLD);
    foreign(&sandbox);
    let new = build(NEW);
    let start = Instant::now();
    let old = build(OLD);
    let whole = start.elapsed();
    assert_ne!(old, new);
    let (mut stayed, mut changed, mut half_written) = (0, 0, 0);
    for i in 0..KILLS {
        let mut child = sandbox
            .command()
            .args(NEW)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        if i % 2 == 0 {
            std::thread::sleep(whole * (i + 1) / KILLS);
        } else {
            let deadline = Instant::now() + whole * 20;
            while leftovers(&sandbox).is_empty()
                && child.try_wait().unwrap().is_none()
                && Instant::now() < deadline
            {
                std::thread::sleep(Duration::from_micros(100));
            }
            std::thread::sleep(Duration::from_micros(u64::from(i) * 200));
        }
        let _ = child.kill();
        child.wait().unwrap();
        half_written += usize::from(!leftovers(&sandbox).is_empty());
        let now = tree(&root);
        assert!(now == old || now == new, "half a tree after kill {i}");
        stayed += usize::from(now == old);
        changed += usize::from(now == new);
        let again = build(OLD);
        let differs = |path: &&String| again.get(*path) != old.get(*path);
        let differing: Vec<&String> = again.keys().chain(old.keys()).filter(differs).collect();
        assert_eq!(differing, [""; 0], "after kill {i}");
        assert_eq!(leftovers(&sandbox), [""; 0], "after kill {i}");
    }
    println!(
        "{KILLS} kills: {stayed} left the old tree, {changed} the new one, {half_written} came while writing"
    );
    assert!(stayed > 0 && half_written > 0, "no kill came in time");
}

/// How many builds run beside a writer: `GKC_BUILDS`, or a few.
fn builds() -> u32 {
    const FEW: u32 = 30;
    let asked = std::env::var("GKC_BUILDS").ok();
    asked.and_then(|asked| asked.parse().ok()).unwrap_or(FEW)
}

/// How many files are made in the tree one after the other, and then one of how many turns makes one.
const MANY: usize = 1000;
const SELDOM: usize = 50;

/// Makes files in the tree and replaces one, as Terraform does its state, until it is told to stop. Returns the files that were made, and
/// what the replaced one says in the end.
fn write_beside(folder: &Path, done: &AtomicBool) -> (Vec<usize>, usize) {
    let (mut made, mut state) = (Vec::new(), 0);
    for number in 1.. {
        if done.load(Ordering::Relaxed) {
            break;
        }
        // Each build sees to all of them: with no end to them, a thousand builds have none either.
        let is_due = number <= MANY || number % SELDOM == 0;
        if is_due && fs::write(folder.join(format!("late-{number}")), number.to_string()).is_ok() {
            made.push(number);
        }
        let fresh = folder.join(".fresh");
        let replaced = fs::write(&fresh, number.to_string())
            .and_then(|()| fs::rename(&fresh, folder.join("terraform.tfstate")));
        if replaced.is_ok() {
            state = number;
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    (made, state)
}

#[test]
fn a_writer_beside_builds_loses_nothing_whether_they_are_killed_or_not() {
    let sandbox = two_versions();
    let folder = sandbox.path("build/terraform");
    let versions: [&[&str]; 2] = [&["build"], &["build", "other.yaml", "--out", "build"]];
    let start = Instant::now();
    sandbox.gkc(versions[1]).exits(0);
    let whole = start.elapsed();
    let done = AtomicBool::new(false);
    let (made, state) = std::thread::scope(|scope| {
        let writer = scope.spawn(|| write_beside(&folder, &done));
        for i in 0..builds() {
            let mut command = sandbox.command();
            command.args(versions[i as usize % 2]);
            let mut child = command
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .unwrap();
            // Two of three are killed, at moments all over a run.
            if i % 3 != 0 {
                std::thread::sleep(whole * (i * 7 % 20 + 1) / 20);
                let _ = child.kill();
            }
            child.wait().unwrap();
        }
        done.store(true, Ordering::Relaxed);
        writer.join().unwrap()
    });
    for version in versions {
        sandbox.gkc(version).exits(0);
    }
    assert!(made.len() > 10, "{}", made.len());
    for number in &made {
        let late = fs::read_to_string(folder.join(format!("late-{number}")));
        assert_eq!(late.ok(), Some(number.to_string()), "of {}", made.len());
    }
    let found = fs::read_to_string(folder.join("terraform.tfstate")).unwrap();
    assert_eq!(found, state.to_string());
    assert_eq!(leftovers(&sandbox), [""; 0]);
}

#[test]
fn looking_at_a_tree_changes_nothing_beside_it() {
    let sandbox = two_versions();
    sandbox.gkc(&["build"]).exits(0);
    // What a killed run leaves of a copy that nobody has seen yet.
    fs::create_dir(sandbox.path("copy")).unwrap();
    let copy = format!(".build.gkc-{}", fs::metadata(sandbox.path("copy")).unwrap().ino());
    fs::rename(sandbox.path("copy"), sandbox.path(&copy)).unwrap();
    sandbox.gkc(&["build", "--check"]).exits(0);
    assert_eq!(leftovers(&sandbox), [copy]);
    sandbox.gkc(&["build"]).exits(0);
    assert_eq!(leftovers(&sandbox), [""; 0]);
}

#[test]
fn builds_into_the_same_folder_take_turns() {
    let sandbox = two_versions();
    let lock = fs::File::open(sandbox.path("")).unwrap();
    rustix::fs::flock(&lock, rustix::fs::FlockOperation::LockExclusive).unwrap();
    fs::create_dir(sandbox.path(".build.gkc-new-neighbour")).unwrap();
    let mut child = sandbox
        .command()
        .arg("build")
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = std::io::BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    while !line.contains("waiting for another gkc process in `.`") {
        line.clear();
        assert_ne!(
            std::io::BufRead::read_line(&mut said, &mut line).unwrap(),
            0,
            "it does not wait"
        );
    }
    assert!(child.try_wait().unwrap().is_none());
    assert_eq!(leftovers(&sandbox), [".build.gkc-new-neighbour"]);
    assert!(!sandbox.path("build").exists());
    drop(lock);
    assert!(child.wait().unwrap().success());
    assert!(sandbox.path("build").exists());
}

#[test]
fn builds_at_the_same_time_leave_one_of_their_trees() {
    let sandbox = two_versions();
    let build = |args: &[&str]| {
        let mut command = sandbox.command();
        command.args(args).stdout(Stdio::null()).stderr(Stdio::null());
        command
    };
    let old = ["build"];
    let new = ["build", "other.yaml", "--out", "build"];
    let mut trees = Vec::new();
    for args in [&new[..], &old] {
        assert!(build(args).status().unwrap().success());
        trees.push(tree(&sandbox.path("build")));
    }
    for round in 0..8 {
        let mut children: Vec<_> = [&new[..], &old, &new, &old]
            .map(|args| build(args).spawn().unwrap())
            .into();
        for child in &mut children {
            assert!(child.wait().unwrap().success(), "round {round}");
        }
        assert!(trees.contains(&tree(&sandbox.path("build"))), "round {round}");
        assert_eq!(leftovers(&sandbox), [""; 0], "round {round}");
    }
}

#[test]
fn builds_that_generate_secrets_at_the_same_time_agree_on_them() {
    for round in 0..10 {
        let sandbox = Sandbox::with("apiVersion: gitpod-k3s/v1\ndomain: gitpod.acme.dev\n");
        let outs = ["build", "other", "third"];
        let mut children: Vec<_> = outs
            .map(|out| {
                let mut command = sandbox.command();
                command.args(["build", "--generate-secrets", "--out", out]);
                command
                    .stdout(Stdio::null())
                    .stderr(Stdio::null())
                    .spawn()
                    .unwrap()
            })
            .into();
        for child in &mut children {
            assert!(child.wait().unwrap().success(), "round {round}");
        }
        let secrets = sandbox.read("gitpod-k3s.secrets.env");
        let tokens: Vec<&str> = secrets
            .lines()
            .filter_map(|line| line.strip_prefix("K3S_TOKEN="))
            .collect();
        assert_eq!(tokens.len(), 1, "round {round}");
        for out in outs {
            let data = sandbox.read(&format!("{out}/cloud-init/server-init.yaml"));
            assert!(data.contains(tokens[0]), "{out}, round {round}");
        }
    }
}

#[test]
fn a_secrets_file_behind_links_is_locked_and_kept_out_of_git_where_it_is() {
    let sandbox = Sandbox::new();
    sandbox.write("real/file.env", "");
    for folder in ["one", "two"] {
        let config = "apiVersion: gitpod-k3s/v1\ndomain: gitpod.acme.dev\n";
        sandbox.write(&format!("{folder}/gitpod-k3s.yaml"), config);
        let link = sandbox.path(folder).join("gitpod-k3s.secrets.env");
        symlink("../real/file.env", link).unwrap();
    }
    let lock = fs::File::open(sandbox.path("real")).unwrap();
    rustix::fs::flock(&lock, rustix::fs::FlockOperation::LockExclusive).unwrap();
    let mut children = ["one", "two"].map(|folder| {
        let mut command = sandbox.command();
        command
            .args([
                "build",
                &format!("{folder}/gitpod-k3s.yaml"),
                "--generate-secrets",
            ])
            .stderr(Stdio::piped());
        command.spawn().unwrap()
    });
    for child in &mut children {
        let said = std::io::BufReader::new(child.stderr.as_mut().unwrap());
        let mut lines = std::io::BufRead::lines(said).map(Result::unwrap);
        let waits =
            |line: String| line.contains("waiting for another gkc process in `") && line.contains("real`");
        assert!(lines.any(waits), "it does not wait");
    }
    assert_eq!(sandbox.read("real/file.env"), "");
    drop(lock);
    for child in children {
        assert!(child.wait_with_output().unwrap().status.success());
    }
    let secrets = sandbox.read("real/file.env");
    let tokens: Vec<&str> = secrets
        .lines()
        .filter_map(|line| line.strip_prefix("K3S_TOKEN="))
        .collect();
    assert_eq!(tokens.len(), 1);
    for folder in ["one", "two"] {
        let data = sandbox.read(&format!("{folder}/build/cloud-init/server-init.yaml"));
        assert!(data.contains(tokens[0]), "{folder}");
        assert!(!sandbox.path(folder).join(".gitignore").exists(), "{folder}");
    }
    assert_eq!(sandbox.read("real/.gitignore"), "/file.env\n/.file.env.gkc-new\n");
}

#[test]
fn the_folder_of_the_configuration_and_those_around_it_are_no_output() {
    let sandbox = two_versions();
    fs::create_dir_all(sandbox.path("inner")).unwrap();
    symlink("..", sandbox.path("inner/up")).unwrap();
    let here = sandbox.path("");
    let here = here.to_str().unwrap();
    for out in [".", "..", "./", "inner/..", "inner/up", here, "/"] {
        let before = tree(&sandbox.path(""));
        let ran = sandbox.gkc(&["build", "--out", out]).exits(2);
        assert!(
            ran.err.contains("use a directory of its own"),
            "{out}: {}",
            ran.err
        );
        assert_eq!(tree(&sandbox.path("")), before, "{out}");
    }
}

/// Whether this user may mount something, in a space of mounts of its own, which ends with its process.
fn may_mount() -> bool {
    let tried = std::process::Command::new("unshare")
        .args(["--mount", "true"])
        .status();
    let may = tried.is_ok_and(|status| status.success());
    if !may {
        println!("skipped: this user may mount nothing");
    }
    may
}

#[test]
fn the_folder_of_the_configuration_is_no_output_where_it_is_mounted_either() {
    if !may_mount() {
        return;
    }
    let sandbox = two_versions();
    fs::create_dir_all(sandbox.path("inner/here")).unwrap();
    for name in ["gitpod-k3s.yaml", "gitpod-k3s.secrets.env"] {
        fs::rename(sandbox.path(name), sandbox.path("inner/here").join(name)).unwrap();
    }
    fs::create_dir(sandbox.path("mounted")).unwrap();
    let gkc = sandbox.command().get_program().to_owned();
    for folder in ["inner", "inner/here"] {
        let before = tree(&sandbox.path("inner"));
        let run = format!(
            "mount --bind {folder} mounted && exec \"$0\" build inner/here/gitpod-k3s.yaml --out mounted"
        );
        let mut command = std::process::Command::new("unshare");
        command.args(["--mount", "sh", "-c", &run]).arg(&gkc);
        let ran = support::run(command.current_dir(sandbox.path("")), b"").exits(2);
        assert!(ran.err.contains("use a directory of its own"), "{}", ran.err);
        assert_eq!(tree(&sandbox.path("inner")), before, "{folder}");
    }
}

#[test]
fn what_is_built_has_its_modes_whatever_the_mask_and_documents_have_its() {
    for (mask, document) in [("000", 0o666), ("022", 0o644), ("027", 0o640), ("077", 0o600)] {
        let sandbox = Sandbox::new();
        let gkc = sandbox.command().get_program().to_owned();
        let run = format!(
            "umask {mask}
            \"$0\" init a/b --domain gitpod.acme.dev &&
            CLOUDFLARE_API_TOKEN=0123456789abcdefghijklmnopqrstuvwxyzABCD \"$0\" build a/b/gitpod-k3s.yaml --out a/c/d/build &&
            \"$0\" man --out a/man/pages && \"$0\" check a/b/gitpod-k3s.yaml --baseline a/known.json --update-baseline"
        );
        let mut command = std::process::Command::new("sh");
        command.arg("-c").arg(run).arg(gkc);
        support::run(command.current_dir(sandbox.path("")), b"").exits(0);
        for (path, mode) in [
            ("a", 0o755),
            ("a/b", 0o755),
            ("a/b/.gitignore", document),
            ("a/b/gitpod-k3s.schema.json", document),
            ("a/b/gitpod-k3s.secrets.env", 0o600),
            ("a/b/gitpod-k3s.yaml", document),
            ("a/c", 0o755),
            ("a/c/d", 0o755),
            ("a/c/d/build", 0o755),
            ("a/c/d/build/README.md", 0o644),
            ("a/c/d/build/k3s", 0o755),
            ("a/c/d/build/secrets", 0o700),
            ("a/man", 0o755),
            ("a/man/pages", 0o755),
            ("a/man/pages/gkc.1", document),
            ("a/known.json", document),
        ] {
            assert_eq!(sandbox.mode(path), mode, "{path} with {mask}");
        }
    }
}

#[test]
fn a_file_without_a_digest_is_said_to_differ_and_not_to_be_edited() {
    let sandbox = two_versions();
    sandbox.gkc(&["build"]).exits(0);
    fs::remove_file(sandbox.path("build/gkc.digests")).unwrap();
    sandbox.write("build/README.md", "mine");
    let ran = sandbox.gkc(&["build", "other.yaml", "--out", "build"]).exits(0);
    let line = |start: &str| {
        let mut lines = ran.err.lines();
        lines
            .find(|line| line.starts_with(start))
            .unwrap_or_default()
            .to_owned()
    };
    assert_eq!(line("kept, edited"), "kept, edited by hand: README.md.gkc-edited");
    let unknown = line("kept, differ from this build");
    assert!(
        unknown.contains("secrets/kube-system.yaml.gkc-edited"),
        "{}",
        ran.err
    );
}

#[test]
fn a_lock_file_that_names_what_is_outside_is_refused() {
    let sandbox = two_versions();
    sandbox.gkc(&["build"]).exits(0);
    sandbox.write("precious", "mine");
    for path in ["../precious", "/etc/hostname", "a/../../precious"] {
        let lock = sandbox.read("build/gkc.lock.json");
        sandbox.write("build/gkc.lock.json", lock.replace("gitpod/render.sh", path));
        let ran = sandbox.gkc(&["build", "--only", "tailscale"]).exits(2);
        assert!(ran.err.contains("is not a lock file of gkc"), "{}", ran.err);
        sandbox.write("build/gkc.lock.json", lock);
    }
    assert_eq!(sandbox.read("precious"), "mine");
}

#[test]
fn a_folder_that_may_not_be_written_is_one_message_and_changes_nothing() {
    if is_root("a folder that may not be written") {
        return;
    }
    let sandbox = two_versions();
    sandbox.gkc(&["build", "--out", "closed/build"]).exits(0);
    let before = tree(&sandbox.path("closed/build"));
    sandbox.chmod("closed", 0o500);
    let ran = sandbox
        .gkc(&["build", "other.yaml", "--out", "closed/build"])
        .exits(2);
    let words: Vec<&str> = ran.err.lines().filter(|line| line.starts_with("gkc:")).collect();
    assert_eq!(words, ["gkc: cannot write to `closed`: permission denied"]);
    assert_eq!(tree(&sandbox.path("closed/build")), before);
    sandbox.chmod("closed", 0o700);
}

#[test]
fn mounts_are_never_crossed() {
    if !may_mount() {
        return;
    }
    let sandbox = two_versions();
    sandbox.gkc(&["build"]).exits(0);
    for folder in ["data", "build/mnt", "whole"] {
        fs::create_dir(sandbox.path(folder)).unwrap();
    }
    sandbox.write("data/precious", "mine");
    let gkc = sandbox.command().get_program().to_owned();
    // In a space of mounts of its own, which ends with it.
    let run = "set -e
        mount --bind data build/mnt
        mount -t tmpfs none whole
        \"$0\" build other.yaml --out build
        cat build/mnt/precious
        for version in gitpod-k3s.yaml other.yaml; do
            echo state >whole/terraform.tfstate
            \"$0\" build $version --out whole
            cat whole/terraform.tfstate
        done
        ls -A whole";
    let mut command = std::process::Command::new("unshare");
    command.args(["--mount", "sh", "-c", run]).arg(gkc);
    let ran = support::run(command.current_dir(sandbox.path("")), b"").exits(0);
    assert!(ran.out.starts_with("minestate\nstate\n"), "{}", ran.all());
    assert!(
        ran.out.contains("gkc.lock.json") && !ran.out.contains("gkc-edited"),
        "{}",
        ran.all()
    );
    assert_eq!(sandbox.read("data/precious"), "mine");
    assert_eq!(leftovers(&sandbox), [""; 0]);
}
