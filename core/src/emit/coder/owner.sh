# Who is there already is not made again.
said=$(/opt/coder server create-admin-user 2>&1) || case $said in
*'duplicate key'*) ;;
*)
  echo "$said" >&2
  exit 1
  ;;
esac
