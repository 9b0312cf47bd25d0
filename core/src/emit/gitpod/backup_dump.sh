databases=$(mysql --host="$DB_HOST" --port="$DB_PORT" --user=root --skip-column-names --execute='SHOW DATABASES' |
  grep -Evx 'information_schema|performance_schema|mysql|sys')
# shellcheck disable=SC2086 # one word for each database
mysqldump --host="$DB_HOST" --port="$DB_PORT" --user=root --single-transaction --quick --routines --events \
  --column-statistics=0 --set-gtid-purged=OFF --result-file=/copy/gitpod.sql --databases $databases
gzip /copy/gitpod.sql
