use super::{Dialect, read, read_as};
use std::io::{ErrorKind, Write};
use std::process::{Command, Stdio};

#[test]
fn commands_are_told_from_what_they_are_given() {
    let words = |script: &str| -> Vec<String> {
        read(script)
            .commands
            .iter()
            .map(|command| command.words.join(" "))
            .collect()
    };
    assert_eq!(words("sudo A=b reboot"), ["reboot"]);
    assert_eq!(
        words("echo 'reboot; x' && kubectl get pods | grep x"),
        ["echo reboot; x", "kubectl get pods", "grep x"]
    );
    assert_eq!(words("cat >/x <<EOF\nreboot\nEOF\nls"), ["cat >/x <<EOF", "ls"]);
    assert_eq!(
        words("if test -e /x; then reboot; fi # kubectl"),
        ["test -e /x", "reboot"]
    );
    assert_eq!(words("a 2>&1 >/dev/null"), ["a 2>&1 >/dev/null"]);
    assert_eq!(words("x=$(a `b` \"$(c)\")"), ["b", "c", "a `b` $(c)"]);
    assert_eq!(
        words("awk '\n/x/ { reboot }\n' file"),
        ["awk '\n/x/ { reboot }\n' file"].map(|s| s.replace('\'', ""))
    );
    assert_eq!(
        words("case $1 in a|b) c;; esac; for x in d; do e; done"),
        ["c", "e"]
    );
    assert!(read("sleep infinity &").commands[0].in_background);
    assert!(!read("a && b").commands[0].in_background);
    assert!(read("a | b").commands[0].piped && !read("a || b").commands[0].piped);
}

#[test]
fn what_is_wrong_is_said_at_its_place() {
    for (script, at, token, why) in [
        ("if true; then x", 0, "if", "is not closed with `fi`"),
        ("a; while x; do y", 3, "while", "is not closed with `done`"),
        ("(a", 0, "(", "is not closed with `)`"),
        ("f() {\na", 4, "{", "is not closed with `}`"),
        ("case x in a) b;;", 0, "case", "is not closed with `esac`"),
        ("echo 'x", 5, "'", "is not closed"),
        ("echo \"x $(y)", 5, "\"", "is not closed"),
        ("echo $(x; y", 5, "$(", "is not closed"),
        ("for i in $(seq 3; do x; done", 9, "$(", "is not closed"),
        ("echo ${x", 5, "${", "is not closed"),
        ("a &&", 2, "&&", "is followed by no command"),
        ("| a", 0, "|", "is preceded by no command"),
        ("a; ; b", 3, ";", "is preceded by no command"),
        ("if a; then fi", 11, "fi", "is preceded by no command"),
        ("if a; b; fi", 9, "fi", "comes before `then`"),
        ("a; done", 3, "done", "matches no open loop"),
        ("a )", 2, ")", "closes nothing"),
        ("a ;; b", 2, ";;", "found outside a `case`"),
        ("x=(a b)", 2, "(", "found in the middle of a command"),
        ("cat <<END\nx", 4, "<<END", "has no closing line `END`"),
        ("a <<< b", 2, "<<<", "is bash syntax, but this runs in `sh`"),
        ("diff <(a) b", 5, "<(", "is bash syntax, but this runs in `sh`"),
        ("case x", 0, "case", "has no `in`"),
    ] {
        let fault = read(script).fault.unwrap_or_else(|| panic!("{script}"));
        assert_eq!(
            (fault.at, fault.token.as_str(), fault.why.as_str()),
            (at, token, why),
            "{script}"
        );
    }
}

#[test]
fn loops_that_nothing_ends_are_found() {
    let places = |script: &str| read(script).endless;
    assert_eq!(places("a; while true; do b; done"), [3]);
    assert_eq!(places("until false; do while :; do b; done; done"), [16, 0]);
    for script in [
        "while a; do b; done",
        "while true && a; do b; done",
        "while true; do if a; then break; fi; done",
        "for x in 1 2; do while :; do break 2; done; done",
        "while true; do case $x in a) exit;; esac; done",
        "while true; do a; done &",
        "{ while true; do a; done; } >/dev/null 2>&1 &",
    ] {
        assert_eq!(places(script), [0usize; 0], "{script}");
    }
}

#[test]
fn no_depth_is_too_much() {
    for open in [
        "(",
        "$(",
        "{ ",
        "if true; then ",
        "\"$(",
        "$((",
        "case x in x) ",
        "${x:-",
        "<<E ",
    ] {
        assert!(read(&open.repeat(20_000)).fault.is_some(), "{open}");
    }
}

#[test]
fn no_text_makes_it_panic() {
    let parts = [
        "\"", "'", "`", "(", ")", "{", "}", "$", "$(", "$((", "${", "\\", "\n", " ", "\t", ";", ";;", "&",
        "&&", "|", "<", "<<", "<<-", ">", "#", "if", "then", "fi", "case", "in", "esac", "for", "do", "done",
        "while", "é", "💥", "=", "1", "x", "\r", "\0",
    ];
    let mut below = numbers();
    for _ in 0..20_000 {
        let script: String = (0..below(12)).map(|_| parts[below(parts.len())]).collect();
        let read = read(&script);
        for at in read.fault.iter().map(|fault| fault.at).chain(read.endless) {
            assert!(script.is_char_boundary(at), "{script:?}");
        }
    }
}

/// Numbers below a bound, the same at every run (Knuth's MMIX generator).
fn numbers() -> impl FnMut(usize) -> usize {
    let mut state = 7u64;
    move |bound| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap() % bound
    }
}

/// A script that is taken for broken would be an error where there is none: dash has the last word, on scripts of this project
/// with all kinds of mistakes in them.
#[test]
fn dash_agrees() {
    agrees(
        Dialect::Posix,
        &[
            include_str!("../../../emit/scripts/address.sh"),
            include_str!("../../../emit/scripts/apply.sh"),
            include_str!("../../../emit/scripts/common.sh"),
            include_str!("../../../emit/scripts/guard.sh"),
            include_str!("../../../emit/scripts/k3s_airgap.sh"),
            include_str!("../../../emit/scripts/start.sh"),
            "case $1 in\n(a|b) echo \"$(c `d`)\" ;;\n*) while e; do f; done <<EOF | g\nif\nEOF\n;; esac\n",
        ],
    );
}

#[test]
fn bash_agrees() {
    agrees(
        Dialect::Bash,
        &[
            include_str!("../../../emit/scripts/apply.sh"),
            include_str!("../../../emit/scripts/common.sh"),
            DISKS,
            WATCH,
            WORDS,
        ],
    );
}

/// Scripts as people write them for machines.
const DISKS: &str = r##"#!/bin/bash
set -euo pipefail
shopt -s nullglob
declare -A sizes=([small]=10 [large]="100")
disks=(/dev/nvme?n1 /dev/sd[b-z]) # all of them
if (( ${#disks[@]} == 0 )) || [[ ${1:-} == --none ]]; then
  echo "no disks" >&2
  exit 0
fi
function wipe() {
  local disk=$1 label
  label=$(lsblk -no LABEL "$disk" | head -n 1)
  if [[ -n $label && ( $label != data || $disk =~ ^/dev/(sd|vd) ) ]]; then
    return 1
  fi
  wipefs -a "$disk" &>> /var/log/disks.log
}
for disk in "${disks[@]}"; do
  wipe "$disk" || { printf '%s\n' "kept ${disk##*/}"; continue; }
done
for ((i = 0; i < ${#disks[@]}; i++)); do
  disks+=("${disks[i]}p1")
done
mdadm --create /dev/md0 --level=0 --raid-devices=${#disks[@]} "${disks[@]}" <<< y
"##;

const WATCH: &str = r#"#!/usr/bin/env bash
zones=/sys/class/thermal/thermal_zone*/temp
while read -r name temperature; do
  case $name in
    cpu*) (( temperature > 70000 )) && echo hot ;;&
    gpu | soc) echo "$name" ;&
    *) : ;;
  esac
done < <(paste <(cat /sys/class/thermal/*/type) <(cat $zones) |& sort)
until curl -fsS http://127.0.0.1/ > /dev/null 2>&1; do sleep 2; done
state=$(vcgencmd get_throttled | cut -d= -f2)
if ! [[ $state =~ ^0x0$ ]]; then logger -p warning $'throttled:\t'"$state"; fi
select x in a b; do break; done
time sleep 1
function stop { kill "$1"; }
"#;

const WORDS: &str = r#"
a=(x "y z" $(echo q) # comment
  [3]=w)
if [[ $1 = *.@(gz|xz) || -z ${a[0]//\'/} ]]; then tar xf "$1" -C "${2:?}"; fi
{ echo a; echo b; } | while IFS=: read -r x y; do [ "$x" != "$y" ] || break; done
f() { local b=$((1 + (2 * 3))); echo $b; }
cat <<-'END' && echo done
	if [[ x
	END
! grep -q x /etc/fstab && echo "x" >> /etc/fstab
(( i++ )) || true
"#;

fn agrees(dialect: Dialect, scripts: &[&str]) {
    let shell = match dialect {
        Dialect::Posix => "dash",
        Dialect::Bash => "bash",
    };
    for script in scripts {
        let fault = read_as(script, dialect).fault;
        assert!(fault.is_none(), "{fault:?}:\n{script}");
    }
    let tokens = [
        "\"", "'", "`", "(", ")", "{ ", "}", "$(", "fi\n", "done", ";;", "| ", "&&", "<<EOF\n", "\\", "do ",
        "then ", "if ",
    ];
    let of_bash = ["[[ ", " ]]", "((", "))", "<(", "=(", "in ", "; "];
    let tokens: Vec<&str> = match dialect {
        Dialect::Posix => tokens.to_vec(),
        Dialect::Bash => [tokens.as_slice(), &of_bash].concat(),
    };
    let mut below = numbers();
    let (mut broken, mut missed) = (0, Vec::new());
    for turn in 0..600 {
        let script = scripts[turn % scripts.len()];
        let mut at = below(script.len());
        while !script.is_char_boundary(at) {
            at -= 1;
        }
        let (before, after) = script.split_at(at);
        let mistaken = match turn % 3 {
            0 => format!("{before}{}{after}", tokens[below(tokens.len())]),
            1 => format!("{before}{}", after.split_once('\n').map_or("", |(_, rest)| rest)),
            _ => before.to_owned(),
        };
        let Some(taken) = takes(shell, &mistaken) else {
            println!("there is no {shell} here to ask");
            return;
        };
        let fault = read_as(&mistaken, dialect).fault;
        broken += usize::from(!taken);
        match fault {
            // Shells read to the end of the file, and do not look into backticks; bash looks into `((` only when it runs it.
            Some(fault) if taken => assert!(
                fault.why.contains("has no closing line")
                    || fault.token == "`"
                    || fault.token == "(("
                    || mistaken.contains('`'),
                "`{}` {}:\n{mistaken}",
                fault.token,
                fault.why
            ),
            None if !taken => missed.push(mistaken),
            _ => {}
        }
    }
    assert!(broken > 100, "{broken}");
    assert!(
        missed.len() * 20 < broken,
        "{} of {broken} missed:\n{}",
        missed.len(),
        missed.join("\n=====\n")
    );
}

/// Whether a shell takes a script without running it; none where there is no such shell.
fn takes(shell: &str, script: &str) -> Option<bool> {
    let spawned = Command::new(shell)
        .arg("-n")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn();
    let mut asked = match spawned {
        Err(error) if error.kind() == ErrorKind::NotFound => return None,
        spawned => spawned.unwrap(),
    };
    // It may be gone before it has read everything.
    let _ = asked.stdin.take().unwrap().write_all(script.as_bytes());
    // bash goes on behind an error in `[[ … ]]`.
    let answer = asked.wait_with_output().unwrap();
    Some(answer.status.success() && answer.stderr.is_empty())
}
