rclone copyto /copy/gitpod.sql.gz "store:$BUCKET/$FOLDER/gitpod-$(date -u +%Y%m%dT%H%M%SZ).sql.gz"
[ "$DAYS" -eq 0 ] || rclone delete --min-age "${DAYS}d" "store:$BUCKET/$FOLDER"
