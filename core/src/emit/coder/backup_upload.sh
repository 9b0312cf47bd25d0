# rclone looks for its configuration in the home of a user that does not exist here.
export RCLONE_CONFIG=/copy/rclone.conf
: >"$RCLONE_CONFIG"
rclone copyto /copy/coder.sql.gz "store:$BUCKET/$FOLDER/coder-$(date -u +%Y%m%dT%H%M%SZ).sql.gz"
[ "$DAYS" -eq 0 ] || rclone delete --min-age "${DAYS}d" "store:$BUCKET/$FOLDER"
