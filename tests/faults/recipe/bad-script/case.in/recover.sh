set -eu
# Which pods were here?
docker ps --format '{{.Names}}' | grep "$GAPIT_ITEM"
