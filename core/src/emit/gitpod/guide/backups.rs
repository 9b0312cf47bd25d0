//! Copies of the database.

use crate::emit::gitpod::NAMESPACE;
use crate::emit::page::Page;
use crate::plan::platform::Backup;
use crate::plan::platform::gitpod::{Database, Gitpod};
use crate::plan::shown;

/// How they are made and restored.
pub(super) fn backups(gitpod: &Gitpod) -> String {
    let mut out = Page::default();
    match (&gitpod.database, &gitpod.database_backup) {
        (Database::InCluster, Some(backup)) => database_backup(&mut out, backup),
        (Database::InCluster, None) => {
            out.line("### The database");
            out.line("");
            out.line("Nothing backs up the database; `database.backup` in the configuration would. To make a copy by hand:");
            out.line("");
            out.block(&format!(
                "kubectl -n {NAMESPACE} exec -i mysql-0 -- sh >gitpod.sql <<'EOF'\n\
                 export MYSQL_PWD=\"$MYSQL_ROOT_PASSWORD\"\n\
                 databases=$(mysql --user=root --skip-column-names --execute='SHOW DATABASES' |\n  \
                 grep -Evx 'information_schema|performance_schema|mysql|sys')\n\
                 mysqldump --user=root --single-transaction --routines --events --databases $databases\nEOF\n\
                 gzip gitpod.sql"
            ));
            restore(&mut out);
        }
        (Database::External(_) | Database::CloudSql(_), _) => {
            out.line("### The database");
            out.line("");
            out.line("The database is outside the cluster: back it up there. To restore a backup, stop Gitpod, restore it there, and start Gitpod again.");
            out.line("The encryption keys must be those of the backup.");
            out.line("");
            out.block(&format!("{}\n{}", stop(), start()));
        }
    }
    out.text()
}

fn database_backup(out: &mut Page, backup: &Backup) {
    out.line("### The database");
    out.line("");
    out.line(format!(
        "The cron job `gkc-database-backup` dumps the database to the bucket `{}`, folder `{}`. Make one now:",
        shown(&backup.s3.bucket),
        backup.folder
    ));
    out.line("");
    out.block(&format!(
        "kubectl -n {NAMESPACE} create job --from=cronjob/gkc-database-backup database-backup-now\nkubectl -n {NAMESPACE} logs job/database-backup-now --all-containers --follow"
    ));
    restore(out);
}

fn restore(out: &mut Page) {
    out.line("To restore a copy, stop Gitpod, read it in, and start Gitpod again:");
    out.line("");
    out.block(&format!(
        "{}\n\
         gunzip -c gitpod.sql.gz | kubectl -n {NAMESPACE} exec -i mysql-0 -- sh -c 'mysql --user=root --password=\"$MYSQL_ROOT_PASSWORD\"'\n\
         {}",
        stop(),
        start()
    ));
}

fn stop() -> String {
    format!("kubectl -n {NAMESPACE} scale deployment --all --replicas=0")
}

/// The numbers of pods have another owner once they were scaled by hand.
fn start() -> &'static str {
    "kubectl apply --server-side --force-conflicts -f gitpod.yaml"
}
