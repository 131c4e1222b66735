set -eu
# What the attempt before left half written must not look like a result.
if [ -n "$GAPIT_OUTPUT_DIRECTORY" ]; then
  mv "/data/outputs/$GAPIT_OUTPUT_DIRECTORY" "/data/outputs/.lost-$GAPIT_ITEM-$GAPIT_ATTEMPT"
fi
