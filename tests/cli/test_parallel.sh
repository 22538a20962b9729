#!/bin/sh
# The GNU parallel line of tools/cluster/README.md as it stands there, with two "machines" that are this one. A worker is killed half-way; in the end nothing is lost
# and nothing was done twice.
. tests/cli/lib.sh
command -v parallel >/dev/null && parallel --version 2>/dev/null | grep -q "GNU parallel" || { echo "ok 1 - GNU parallel # SKIP it is not installed"; exit 0; }
line=$(sed -n 's/^ *\(seq .*parallel .*\)$/\1/p' tools/cluster/README.md)
holds "there is such a line" test -n "$line"
mkdir "$work/bin" "$work/list" "$work/home"
cd "$work/list" || exit 1
i=0
while [ $i -lt 40 ]; do
    i=$((i + 1))
    text="\"text\":\"Number $i of many, \$i \`and\` 'so' on.\""
    [ $i -ne 19 ] || text='"file":"held.txt"'
    echo "{\"id\":\"job $i\",$text,\"out\":\"$((i % 3))/$i.wav\"}"
done >jobs.jsonl
echo "This is number 19." >held.txt
"$syrinx" batch -q jobs.jsonl -o ref --results "$work/ref.jsonl"
# Another machine: its shell gets the command as ssh would give it, and $SHELL as sshd sets it. Without $SHELL, GNU parallel's other end does nothing and says that all is well.
cat >"$work/bin/ssh" <<'END'
#!/bin/sh
while [ $# -gt 0 ]; do
    case $1 in
        -[bcDEeFIiJLlmOopQRSWw]) shift 2 ;;
        -*) shift ;;
        *) break ;;
    esac
done
machine=$1
shift
[ "$1" != -- ] || shift
echo "$machine" >>"$WORK/machines"
SHELL=/bin/sh
export SHELL
cd / && exec sh -c "$*"
END
# Shard 3 stands still half-way the first time, at a text that nobody writes, and is killed there.
cat >"$work/bin/syrinx" <<'END'
#!/bin/sh
case " $* " in
*" --shard 3/8 "*)
    if mkdir "$WORK/first" 2>/dev/null; then
        mv held.txt held.ready && mkfifo held.txt
        "$REAL" "$@" &
        n=0; while { [ ! -e jobs.results-3of8.jsonl ] || [ "$(wc -l <jobs.results-3of8.jsonl)" -lt 2 ]; } && [ $n -lt 1200 ]; do sleep 0.1; n=$((n + 1)); done
        mv held.ready held.txt
        kill -KILL $!
        wait $!
        wc -l <jobs.results-3of8.jsonl >"$WORK/half"
        exit 137
    fi ;;
esac
exec "$REAL" "$@"
END
chmod +x "$work/bin/ssh" "$work/bin/syrinx"
WORK=$work REAL=$syrinx PATH=$work/bin:$PATH HOME=$work/home
export WORK REAL PATH HOME
timeout 300 sh -c "$line" </dev/null >"$work/stdout" 2>"$work/stderr"; status=$?; exits "the line" 0
holds "both machines had something to do" sh -c "grep -q alpha '$work/machines' && grep -q beta '$work/machines'"
holds "a worker was killed half-way" test "$(cat "$work/half" 2>/dev/null)" -eq 2
holds "nothing is lost" diff -r ref out
holds "nothing was done twice" sh -c 'test $(cat jobs.results-?of8.jsonl | wc -l) -eq 40 && test $(cat jobs.results-?of8.jsonl | sed "s/,.*//" | sort -u | wc -l) -eq 40'
run batch jobs.jsonl -o out; exits "and known to be" 0 "40 of 40 jobs done (40 of them before)"
