//! Copies of the database, which has everything but home directories.

use crate::emit::backup::NAME as JOB;
use crate::emit::coder::database::NAME;
use crate::emit::page::Page;
use crate::facts::coder::NAMESPACE;
use crate::plan::platform::Backup;
use crate::plan::platform::coder::{Coder, Database};
use crate::plan::shown;

/// How they are made and restored.
pub(super) fn backups(coder: &Coder) -> String {
    let mut out = Page::default();
    out.line("### The database");
    out.line("");
    out.line("Users, templates and the Terraform state of every workspace are in PostgreSQL, home directories on their volumes.");
    out.line("Make a copy before each upgrade: an older server does not start on a newer database.");
    match (&coder.database, &coder.database_backup) {
        (Database::InCluster { .. }, Some(backup)) => by_job(&mut out, coder, backup),
        (Database::InCluster { .. }, None) => {
            out.line(
                "No copies are made automatically unless `database.backup` is set. To make one by hand:",
            );
            out.block(&format!(
                "kubectl -n {NAMESPACE} exec {NAME}-0 -- pg_dump --username=coder --no-owner --no-privileges coder | gzip >coder.sql.gz"
            ));
            restore(&mut out, coder);
        }
        (Database::External(_), _) => {
            out.line("The database is outside the cluster: back it up there. To restore a copy, stop the server, restore it there, and start the server again:");
            out.block(&format!("{}\n{}", scale(0), scale(coder.replicas)));
        }
    }
    out.text()
}

fn by_job(out: &mut Page, coder: &Coder, backup: &Backup) {
    out.line(format!(
        "The cron job `{JOB}` brings a dump to the bucket `{}`, folder `{}`. Make one now:",
        shown(&backup.s3.bucket),
        backup.folder
    ));
    out.block(&format!(
        "kubectl -n {NAMESPACE} create job --from=cronjob/{JOB} database-backup-now\n\
         kubectl -n {NAMESPACE} logs job/database-backup-now --all-containers --follow"
    ));
    restore(out, coder);
}

fn restore(out: &mut Page, coder: &Coder) {
    let exec = format!("kubectl -n {NAMESPACE} exec -i {NAME}-0 --");
    out.line("To restore a copy into an empty database, stop the server first and start it afterwards, with the version that the copy was made with:");
    out.block(&format!(
        "{}\n\
         {exec} dropdb --username=coder --maintenance-db=postgres --force coder\n\
         {exec} createdb --username=coder --maintenance-db=postgres coder\n\
         gunzip -c coder.sql.gz | {exec} psql --username=coder --quiet --set=ON_ERROR_STOP=1 coder\n\
         {}",
        scale(0),
        scale(coder.replicas)
    ));
}

fn scale(replicas: u32) -> String {
    format!("kubectl -n {NAMESPACE} scale deploy/coder --replicas={replicas}")
}
