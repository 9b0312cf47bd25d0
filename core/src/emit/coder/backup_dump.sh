pg_dump --no-owner --no-privileges --file=/copy/coder.sql
gzip /copy/coder.sql
