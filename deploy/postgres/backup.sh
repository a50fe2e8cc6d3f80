#!/bin/sh
# A dump that is only kept when it can be read to its end, then what is older than 14 days goes.
set -eu
PGPASSWORD=$(cat /run/secrets/postgres_password)
export PGPASSWORD
folder=/var/lib/postgresql/backups
mkdir -p "$folder"
file=$folder/hikeshi-$(date -u +%Y%m%dT%H%M%SZ).dump
trap 'rm -f "$file.part"' EXIT
pg_dump --format=custom --file="$file.part"
pg_restore --file=/dev/null "$file.part"
mv "$file.part" "$file"
find "$folder" -name 'hikeshi-*.dump' -mtime +14 -delete
echo "$file"
