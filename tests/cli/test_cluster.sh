#!/bin/sh
# tools/cluster/batch.slurm on a Slurm of its own: configuration, keys, sockets and state in the work folder. One worker is killed and one task is put back
# into the queue half-way; in the end nothing is lost and nothing was done twice.
. tests/cli/lib.sh
PATH=$PATH:/usr/sbin:/sbin
skip() { echo "ok 1 - Slurm # SKIP $1"; exit 0; }
for tool in munged slurmctld slurmd sbatch squeue scontrol; do command -v $tool >/dev/null || skip "$tool is not installed"; done
[ "$(id -u)" -eq 0 ] || skip "slurmd starts jobs as root only"

pids=
stop_all() {
    for pid in $pids; do kill "$pid" 2>/dev/null; done
    n=0
    for pid in $pids; do
        while kill -0 "$pid" 2>/dev/null && [ $n -lt 50 ]; do sleep 0.1; n=$((n + 1)); done
        kill -KILL "$pid" 2>/dev/null
    done
    rm -rf "$work"
}
trap stop_all EXIT
trap 'exit 1' INT TERM HUP
mkdir "$work/state" "$work/spool" "$work/munge"
chmod 755 "$work"                       # munge wants folders that others can see, and none that others can write
chmod 700 "$work/munge"
head -c 1024 /dev/urandom >"$work/munge/key"
chmod 600 "$work/munge/key"
host=$(hostname -s)
port=$((20000 + $$ % 20000))
cat >"$work/slurm.conf" <<END
ClusterName=test
SlurmctldHost=$host(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=$work/munge/socket,cred_expire=5
CredType=cred/munge
SlurmctldPort=$port
SlurmdPort=$((port + 1))
SlurmctldPidFile=$work/slurmctld.pid
SlurmdPidFile=$work/slurmd.pid
SlurmctldLogFile=$work/slurmctld.log
SlurmdLogFile=$work/slurmd.log
StateSaveLocation=$work/state
SlurmdSpoolDir=$work/spool
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
SwitchType=switch/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SlurmdParameters=config_overrides
SchedulerParameters=sched_interval=1,batch_sched_delay=0,sched_min_interval=0
KillWait=2
MinJobAge=300
ReturnToService=2
NodeName=$host NodeAddr=127.0.0.1 CPUs=3 State=UNKNOWN
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
END
printf 'CgroupPlugin=cgroup/v1\nCgroupAutomount=no\nConstrainCores=no\nConstrainDevices=no\nConstrainRAMSpace=no\n' >"$work/cgroup.conf"
export SLURM_CONF=$work/slurm.conf
munged --foreground --force --key-file "$work/munge/key" --socket "$work/munge/socket" --pid-file "$work/munge/pid" --log-file "$work/munge/log" --seed-file "$work/munge/seed" 2>"$work/stderr" &
pids=$!
n=0; while [ ! -S "$work/munge/socket" ] && [ $n -lt 300 ]; do sleep 0.1; n=$((n + 1)); done
[ -S "$work/munge/socket" ] || skip "munged does not start here: $(tail -1 "$work/munge/log" "$work/stderr" 2>/dev/null | tail -1)"
slurmctld -D -c 2>>"$work/stderr" & pids="$! $pids"
slurmd -D -c 2>>"$work/stderr" & pids="$! $pids"
n=0; while ! sinfo -h -o %t 2>/dev/null | grep -qx -e idle -e mix && [ $n -lt 600 ]; do sleep 0.1; n=$((n + 1)); done
sinfo -h -o %t 2>/dev/null | grep -qx -e idle -e mix || skip "Slurm does not come up here: $(grep -h -e error -e fatal "$work"/slurm*.log | tail -1)"
passed "a Slurm of our own"

cd "$work" || exit 1
i=0
while [ $i -lt 36 ]; do
    i=$((i + 1))
    case $i in
        20 | 21) text="\"file\":\"held$i.txt\"" ;;
        *) text="\"text\":\"Number $i of many. It goes on for a while. And then it is over.\"" ;;
    esac
    echo "{\"id\":\"job $i\",$text,\"out\":\"$((i % 3))/$i.wav\"}"
done >jobs.jsonl
echo "This is number 20." >held20.txt
echo "This is number 21." >held21.txt
"$syrinx" batch -q jobs.jsonl -o ref --results ref.jsonl
# Shards 2 and 3 stand still half-way, at texts that nobody writes, until what is to be done to them is done.
for i in 20 21; do
    mv held$i.txt held$i.ready
    mkfifo held$i.txt
done
# Tells its number, so that it can be killed.
cat >syrinx <<'END'
#!/bin/sh
echo $$ >>"$WORK/started"
exec nice "$REAL" "$@"
END
chmod +x syrinx
WORK=$work REAL=$syrinx SYRINX=$work/syrinx
export WORK REAL SYRINX
done_by() { if [ -e "jobs.results-$1of3.jsonl" ]; then wc -l <"jobs.results-$1of3.jsonl"; else echo 0; fi; }
job=$(sbatch --parsable --array=1-3 "$root/tools/cluster/batch.slurm" jobs.jsonl -o out 2>>"$work/stderr")
holds "submitted" test -n "$job"
# when both stand: the syrinx of shard 2 is killed, the task of shard 3 goes back into the queue
n=0; while { [ "$(done_by 2)" -lt 6 ] || [ "$(done_by 3)" -lt 6 ]; } && [ $n -lt 1800 ]; do sleep 0.1; n=$((n + 1)); done
ln held21.txt held21
mv held20.ready held20.txt
mv held21.ready held21.txt
for pid in $(cat started); do
    if tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null | grep -q -- '--shard 2/3'; then kill -KILL "$pid"; victim=$pid; fi
done
half=$(done_by 2)
n=0
while [ $n -lt 300 ]; do
    [ $((n % 50)) -ne 0 ] || scontrol requeue "${job}_3" 2>>"$work/stderr"
    ! squeue -h -r -j "${job}_3" -t PENDING 2>/dev/null | grep -q . || break
    sleep 0.1
    n=$((n + 1))
done
sleep 2         # Slurm takes a start in the second of the end for one that was revoked with it
scontrol update "JobId=${job}_3" StartTime=now 2>>"$work/stderr"        # or it would wait for two minutes
holds "a worker was killed half-way" test -n "$victim" -a "$half" -eq 6
# a worker of shard 3 that nobody could end goes on
exec 7<>held21
echo "This is number 21." >&7
exec 7>&-
# A task that goes back into the queue may look like one that ended, on a busy machine for seconds: first every job is noted, then all three have ended, and a second
# later, too.
n=0; while [ "$(cat jobs.results-?of3.jsonl | wc -l)" -lt 36 ] && [ $n -lt 1800 ]; do sleep 0.2; n=$((n + 1)); done
ended() { [ "$(scontrol -o show job "$job" 2>/dev/null | grep -c 'JobState=\(COMPLETED\|FAILED\|CANCELLED\) ')" -eq 3 ]; }
n=0; while ! { ended && sleep 1 && ended; } && [ $n -lt 1800 ]; do sleep 0.2; n=$((n + 1)); done
holds "all tasks end" test $n -lt 1800
holds "the killed one was started again" grep -q "shard 2: killed (status 137), started again" syrinx-2.log
holds "nothing is lost" diff -r ref out
holds "nothing was done twice" sh -c 'test $(cat jobs.results-?of3.jsonl | wc -l) -eq 36 && test $(cat jobs.results-?of3.jsonl | sed "s/,.*//" | sort -u | wc -l) -eq 36'
holds "all of it done" sh -c '! grep -v "\"status\":\"done\"" jobs.results-?of3.jsonl'
run batch jobs.jsonl -o out; exits "and known to be" 0 "36 of 36 jobs done (36 of them before)"
"$root/tools/cluster/batch.slurm" jobs.jsonl 2>"$work/stderr"; status=$?; exits "without Slurm it tells its usage" 2 "usage: sbatch"
