rm -f "/data/$GAPIT_ITEM.lock"
