#!/bin/sh
# Run once, by the image, when the database is new: the role of DATABASE_URL, which owns nothing.
set -eu
psql --set=ON_ERROR_STOP=1 --username="$POSTGRES_USER" --dbname="$POSTGRES_DB" \
  --set=password="$(cat /run/secrets/database_password)" <<'SQL'
create role hikeshi login password :'password';
SQL
