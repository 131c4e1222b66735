#!/usr/bin/env bash
# The schemas as the TOML language server of an editor reads them: every recipe, and every other file that people write beside one,
# names its schema in its first line and is accepted by it; each file in the folder `taplo` is refused for the reason that its second
# line gives.
# Called with the program: taplo.sh TAPLO. It reads no catalogue of schemas, so it needs no network.
set -euo pipefail
cd "$(dirname "$0")/../.."
taplo="$1"

mapfile -t sound < <(find recipes examples -name '*.toml' ! -name ledger.toml | LC_ALL=C sort)
for file in "${sound[@]}"; do
  # Without a schema everything would be accepted.
  head -n 1 "$file" | grep -q '^#:schema ' || { echo "$file: its first line names no schema"; exit 1; }
done
"$taplo" check --colors never --no-auto-config "${sound[@]}"

broken=(tests/conformance/taplo/*.toml)
for file in "${broken[@]}"; do
  reason="$(sed -n '2s/^# refused: //p' "$file")"
  if said="$("$taplo" check --colors never --no-auto-config "$file" 2>&1)"; then
    echo "$file is accepted"
    exit 1
  fi
  if [ -z "$reason" ] || ! grep '^error: ' <<<"$said" | grep -qF -- "$reason"; then
    printf '%s is refused, but not because of: %s\n%s\n' "$file" "$reason" "$said"
    exit 1
  fi
done
echo "${#sound[@]} files accepted, ${#broken[@]} broken ones refused"
