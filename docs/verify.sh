#!/bin/sh
# Checks what Holdfast signed, without Holdfast: needs sh, awk, coreutils and openssl 3.
#
#   verify.sh VKEY CHECKPOINT              the checkpoint is signed by the log with that key
#   verify.sh VKEY CHECKPOINT ENTRY...     the same, and prints each entry file's leaf hash
#   verify.sh VKEY FILE.tlog-proof ENTRY   the same, and proves that the entry is in the log
#
# It reads checkpoints and proofs. An evidence log (evidence-log.json) and an export of entries (entries.jsonl)
# are checked by `holdfast verify FILE --key VKEY`, which needs no server and no network either.
#
# An ENTRY may be a restricted one, {"seq":N,"leaf":"HASH","restricted":true}: then its hash is taken as given.
#
# Get VKEY (name+id+key) from the log's owner by another way than the files you check.
# Exit status 0: all good. 1: FAILED, something was checked and is wrong. 2: nothing was checked: wrong use,
# or a file, a key or a tool that this script cannot use.
set -eu

[ $# -ge 2 ] || { sed -n '2,15s/^# \{0,1\}//p' "$0" >&2; exit 2; }
vkey=$1
file=$2
shift 2

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fail() { echo "FAILED: $*" >&2; exit 1; }
unread() { echo "NOT CHECKED: $*" >&2; exit 2; }
hex() { od -An -v -tx1 | tr -d ' \n'; }
unhex() { printf %s "$1" | tr a-f A-F | basenc --base16 -d; }
sha() { sha256sum | cut -c1-64; }
# The leaf hash of a restricted entry, which is given by it alone.
given() { sed -n 's/^{"seq":[0-9]*,"leaf":"\([0-9a-f]\{64\}\)","restricted":true}$/\1/p' "$1"; }
leaf() { known=$(given "$1"); if [ -n "$known" ]; then echo "$known"; else { printf '\000'; cat "$1"; } | sha; fi; }
# What to say of an entry's content.
note() { if [ -n "$(given "$1")" ]; then echo ", hash only: its content was not checked"; fi; }
node() { { printf '\001'; unhex "$1"; unhex "$2"; } | sha; }

for tool in awk base64 basenc od openssl sed sha256sum; do
    command -v "$tool" >/dev/null || unread "this needs $tool, which is not here"
done
openssl pkeyutl -help 2>&1 | grep -q -e -rawin || unread "this needs OpenSSL 3; here is $(openssl version)"
for name in "$file" "$@"; do [ -r "$name" ] && [ ! -d "$name" ] || unread "$name cannot be read"; done

# What is not a checkpoint or a proof is not called wrong: another program reads it.
whole="holdfast verify $file --key '$vkey'"
start=$(head -c 65536 "$file" | tr -d '\000')
case $start in
*'"holdfast/evidence-log/'*) unread "$file is an evidence log, which this script cannot read. Check it with: $whole" ;;
'{'*'"seq":'*) unread "$file is an export of entries, which this script cannot read. Check it with: $whole --checkpoint CHECKPOINT" ;;
'%PDF-'*) unread "$file is a PDF, which this script cannot read. The file beside it that it is made of can be checked: save the evidence log as JSON and run: holdfast verify EVIDENCE-LOG.json --key '$vkey'" ;;
esac

# The key: its id must be the one that name and key give, its type 1 (Ed25519).
name=${vkey%%+*}
id=$(printf %s "$vkey" | cut -d+ -f2)
printf %s "$vkey" | cut -d+ -f3- | base64 -d >"$work/key" 2>/dev/null || unread "the key is not name+id+key: its third part is not base64"
[ "$(wc -c <"$work/key")" -eq 33 ] || unread "the key is not name+id+key: its third part has another length"
[ "$(head -c 1 "$work/key" | hex)" = 01 ] || unread "the key is of another kind than Ed25519"
[ "$({ printf '%s\n' "$name"; cat "$work/key"; } | sha | cut -c1-8)" = "$id" ] ||
    fail "the key id does not belong to this name and key"
{ printf '\060\052\060\005\006\003\053\145\160\003\041\000'; tail -c 32 "$work/key"; } >"$work/key.der"

# A proof file holds its own part, an empty line and the checkpoint.
proof=
if [ "$(head -n 1 "$file")" = "c2sp.org/tlog-proof@v1" ]; then
    proof=$work/proof
    awk 'length == 0 { exit } { print }' "$file" >"$proof"
    awk 'found { print } length == 0 { found = 1 }' "$file" >"$work/note"
else
    cat "$file" >"$work/note"
fi

# A checkpoint has three lines or more, an empty line, and signatures.
awk 'length == 0 { exit } { lines++ } END { exit lines < 3 }' "$work/note" &&
    awk 'found && $1 == "—" { signed = 1 } length == 0 { found = 1 } END { exit !signed }' "$work/note" ||
    unread "$file is neither a checkpoint nor a proof. An evidence log or an export of entries is checked with: $whole"

# The signed text ends before the empty line; of the lines after it only this key's count.
awk 'length == 0 { exit } { print }' "$work/note" >"$work/text"
awk -v name="$name" 'found && $1 == "—" && $2 == name { print $3 } length == 0 { found = 1 }' \
    "$work/note" >"$work/signatures"
good=0
while read -r line; do
    printf %s "$line" | base64 -d >"$work/line" 2>/dev/null || fail "a signature of $name is not base64"
    [ "$(head -c 4 "$work/line" | hex)" = "$id" ] || continue
    tail -c +5 "$work/line" >"$work/signature"
    openssl pkeyutl -verify -pubin -keyform DER -inkey "$work/key.der" -rawin \
        -in "$work/text" -sigfile "$work/signature" || fail "the signature is not good"
    good=$((good + 1))
done <"$work/signatures"
[ "$good" -gt 0 ] || fail "none of the signatures is by this key"

origin=$(sed -n 1p "$work/text")
size=$(sed -n 2p "$work/text")
root=$(sed -n 3p "$work/text" | base64 -d | hex)
[ "$origin" = "$name" ] || fail "the checkpoint is of the log $origin"
case $size in '' | *[!0-9]* | 0?*) fail "the size is not a number" ;; esac
[ ${#root} -eq 64 ] || fail "the root is not a SHA-256 hash"
echo "checkpoint: $origin, $size entries, root $root"

if [ -z "$proof" ]; then
    for entry in "$@"; do echo "leaf: $(leaf "$entry")  $entry$(note "$entry")"; done
    exit 0
fi

# RFC 9162 section 2.1.3.2.
[ $# -eq 1 ] || unread "a proof is for one entry: give one entry file"
index=$(sed -n 's/^index //p' "$proof" | head -n 1)
case $index in '' | *[!0-9]* | 0?*) unread "the proof has no index that can be read" ;; esac
[ "$index" -lt "$size" ] || fail "the index is beyond the log"
[ -z "$(given "$1")" ] || grep -q "^{\"seq\":$index," "$1" || fail "$1 is not entry $index"
hash=$(leaf "$1")
first=$index
second=$((size - 1))
sed '1,/^index /d' "$proof" >"$work/path"
while read -r line; do
    sibling=$(printf %s "$line" | base64 -d | hex)
    [ ${#sibling} -eq 64 ] || fail "the proof holds something that is not a hash"
    [ "$second" -gt 0 ] || fail "the proof is too long"
    if [ $((first & 1)) -eq 1 ] || [ "$first" -eq "$second" ]; then
        hash=$(node "$sibling" "$hash")
        while [ $((first & 1)) -eq 0 ] && [ "$first" -ne 0 ]; do
            first=$((first >> 1))
            second=$((second >> 1))
        done
    else
        hash=$(node "$hash" "$sibling")
    fi
    first=$((first >> 1))
    second=$((second >> 1))
done <"$work/path"
[ "$second" -eq 0 ] || fail "the proof is too short"
[ "$hash" = "$root" ] || fail "the entry is not entry $index of this log"
echo "included: entry $index is $1$(note "$1")"
