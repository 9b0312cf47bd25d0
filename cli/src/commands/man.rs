//! `gkc man`

use super::{print, say};
use crate::args::{Args, Man};
use crate::exit::{Failure, Status};
use crate::render::manual;
use crate::workspace::replace;
use camino::Utf8Path;
use clap::{Command, CommandFactory};

pub fn run(args: &Man) -> Result<Status, Failure> {
    let mut root = Args::command();
    root.build();
    if let Some(folder) = &args.out {
        gkc_tree::make_folders(folder).map_err(|error| Failure::file("create", folder, &error))?;
        let written = write(&root, folder)?;
        say(&format!("wrote {written} pages to `{folder}`\n"));
        return Ok(Status::Clean);
    }
    let mut command = &root;
    for name in &args.command {
        command = command.find_subcommand(name).ok_or_else(|| {
            let names: Vec<&str> = manual::shown(command).map(Command::get_name).collect();
            let known = match names.is_empty() {
                true => "it has none".to_owned(),
                false => format!("expected one of {}", names.join(", ")),
            };
            Failure::new(format!(
                "unknown command `{name}` of `{}`: {known}",
                manual::name(command)
            ))
        })?;
    }
    print(&manual::render(command))?;
    Ok(Status::Clean)
}

/// Writes the pages of a command and of those below it; returns how many.
fn write(command: &Command, folder: &Utf8Path) -> Result<usize, Failure> {
    let path = folder.join(manual::file_name(command));
    replace(&path, manual::render(command).as_bytes(), None)
        .map_err(|error| Failure::file("write", &path, &error))?;
    let mut written = 1;
    for below in manual::shown(command) {
        written += write(below, folder)?;
    }
    Ok(written)
}
