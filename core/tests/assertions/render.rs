//! `render.sh`, run with an Installer that only says how it is called.

use crate::tree::Tree;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A folder with the script of a release beside its config, and an Installer whose rendering does what the script says.
fn folder(release: &str, rendering: &str) -> PathBuf {
    let config = format!(
        "apiVersion: gitpod-k3s/v1\ndomain: gitpod.acme.dev\ngitpod: {{release: \"{release}\", repository: registry.acme.dev/gitpod}}\n"
    );
    let tree = Tree::of_text(&config, &[]);
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("render-{release}"));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    for name in ["render.sh", "installer-config.yaml"] {
        fs::write(folder.join(name), tree.text(&format!("gitpod/{name}"))).unwrap();
    }
    let installer = folder.join("installer");
    let at = folder.display();
    let script =
        format!("#!/bin/sh\necho \"$GODEBUG $*\" >>{at}/calls\n[ \"$1\" = validate ] && exit\n{rendering}\n");
    fs::write(&installer, script.replace("AT", &at.to_string())).unwrap();
    fs::set_permissions(&installer, fs::Permissions::from_mode(0o755)).unwrap();
    folder
}

fn run(folder: &Path) -> Output {
    let installer = folder.join("installer");
    let mut script = Command::new("sh");
    script
        .arg(folder.join("render.sh"))
        .env("GITPOD_INSTALLER", installer);
    script.env_remove("GODEBUG").output().unwrap()
}

fn calls(folder: &Path) -> Vec<String> {
    let calls = fs::read_to_string(folder.join("calls")).unwrap();
    calls.lines().map(str::to_owned).collect()
}

#[test]
fn a_second_rendering_has_the_seed_of_the_first() {
    let folder = folder("main", "echo manifests");
    let outputs = [run(&folder), run(&folder)];
    for output in outputs {
        assert!(output.status.success());
        assert_eq!(String::from_utf8(output.stdout).unwrap(), "manifests\n");
    }
    let calls = calls(&folder);
    assert_eq!(calls.len(), 4, "{calls:#?}");
    assert_eq!(calls[1], calls[3]);
    assert!(calls[1].starts_with("randseednop=0 render "), "{calls:#?}");
    let seed = fs::metadata(folder.join("render-seed")).unwrap();
    assert_eq!(seed.permissions().mode() & 0o777, 0o600);
}

// Up to 2022.11.1 the Installer stops at `randAlphaNum: EOF` with some seeds.
#[test]
fn a_seed_that_stops_an_old_installer_is_replaced() {
    let rendering = "[ \"$(grep -c ' render ' AT/calls)\" -gt 2 ] || exit 1\necho manifests";
    let folder = folder("2022.11.1", rendering);
    let output = run(&folder);
    assert!(output.status.success());
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "manifests\n");
    let renderings: Vec<String> = calls(&folder).into_iter().skip(1).collect();
    assert_eq!(
        renderings.len(),
        4,
        "two that failed, one that was tried, one that counts: {renderings:#?}"
    );
    assert_eq!(renderings[2], renderings[3]);
    assert_ne!(renderings[1], renderings[2]);
}

#[test]
fn an_installer_that_stops_for_another_reason_says_so() {
    let folder = folder("2022.11.0", "echo 'no such release' >&2\nexit 3");
    let output = run(&folder);
    assert_eq!(output.status.code(), Some(3));
    assert!(
        String::from_utf8(output.stderr)
            .unwrap()
            .contains("no such release")
    );
}

// `--seed` came with 2022.08, and an unknown flag stops the Installer.
#[test]
fn installers_without_seeds_get_none() {
    let folder = folder("2022.07.1", "echo manifests");
    assert!(run(&folder).status.success());
    assert!(calls(&folder).iter().all(|call| !call.contains("--seed")));
}
