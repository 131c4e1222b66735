# Before a job runs again: what its exit code asks for. Zero lets the job run; with anything else it is left out.
set -eu
echo "$GAPIT_ITEM: attempt $GAPIT_ATTEMPT after exit code $GAPIT_EXIT_CODE" | tee -a "/data/recovery-$GAPIT_ROOT_WORKFLOW.log"
case "$GAPIT_EXIT_CODE" in
  10) # it did not converge: half the time step
    settings="/data/settings/$GAPIT_ITEM.ini"
    awk -F= 'BEGIN { OFS = "=" } $1 == "step" { $2 = $2 / 2 } 1' "$settings" > "$settings.new"
    mv "$settings.new" "$settings"
    ;;
  11) # its scratch space was used up
    rm -rf "/data/scratch/$GAPIT_ITEM"
    ;;
esac
