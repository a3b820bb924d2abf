#!/usr/bin/env bash
# Start a Slurm of one node, this machine, for the time of one command, and stop it again.
#
#   scripts/one_node_slurm.sh .venv/bin/python -m pytest -m slurm
#
# It needs root and Debian's package (apt-get install slurm-wlm). All of its state is in a temporary folder, and its ports
# and key are its own, so that a Slurm that is there already is not touched. Tried with Slurm 22.05 of Debian 12.
# Exit code 77 says that Slurm did not come up, any other one is that of the command.
set -euo pipefail

[ $# -gt 0 ] || { echo "usage: $0 COMMAND [ARGUMENT ...]" >&2; exit 2; }
PATH=$PATH:/usr/sbin:/sbin
skip() { echo "no Slurm: $1" >&2; exit 77; }
[ "$(id -u)" = 0 ] || skip "its daemons need root here"
for program in munged slurmctld slurmd sbatch; do
    command -v "$program" > /dev/null || skip "$program is missing: apt-get install slurm-wlm"
done

state=$(mktemp -d /tmp/slurm.XXXXXX)           # short: the path of a socket has 107 characters
conf=$state/slurm.conf
daemons=()

stop() {
    trap '' INT TERM                            # whoever asked once need not ask again
    # Jobs first: the processes of a job outlive the daemon that started them.
    SLURM_CONF=$conf timeout -s KILL 5 scancel --user=root --signal=KILL --full 2> /dev/null || true
    sleep 1
    [ ${#daemons[@]} -eq 0 ] || kill "${daemons[@]}" 2> /dev/null || true
    for _ in $(seq 20); do
        [ -n "$(jobs -rp)" ] || break
        sleep 0.2
    done
    [ ${#daemons[@]} -eq 0 ] || kill -KILL "${daemons[@]}" 2> /dev/null || true
    # Whatever is left knows this Slurm, and no other one, by the file that it was started with.
    for process in $(grep -lszxF "SLURM_CONF=$conf" /proc/[0-9]*/environ | cut -d/ -f3); do
        kill -KILL "$process" 2> /dev/null || true
    done
    rm -rf "$state"
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

chmod 755 "$state"                              # munged refuses a socket that not everybody can reach
mkdir "$state/jobs" "$state/node"
(umask 077 && head -c 1024 /dev/urandom > "$state/key")
read -r control_port node_port < <(python3 -c '
import socket
both = [socket.socket(), socket.socket()]
for one in both:
    one.bind(("", 0))
print(*(one.getsockname()[1] for one in both))')
host=$(hostname -s)
# Sizes are claimed, not measured (config_overrides), since a job may ask for more memory than a small machine has.
cat > "$conf" <<END
ClusterName=test
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=$control_port
SlurmdPort=$node_port
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=$state/munge.socket
CredType=cred/munge
StateSaveLocation=$state/jobs
SlurmdSpoolDir=$state/node
SlurmctldPidFile=$state/slurmctld.pid
SlurmdPidFile=$state/slurmd.pid
SlurmctldLogFile=$state/slurmctld.log
SlurmdLogFile=$state/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SlurmdParameters=config_overrides
SchedulerParameters=sched_interval=2,batch_sched_delay=1,bf_interval=2
ReturnToService=2
KillWait=5
NodeName=$host NodeAddr=127.0.0.1 CPUs=$(nproc) RealMemory=$((4096 * $(nproc))) State=UNKNOWN
PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP
END
# No plugin above looks at cgroups; named, slurmd does not search for them, which fails in many containers.
echo "CgroupPlugin=cgroup/v1" > "$state/cgroup.conf"
export SLURM_CONF=$conf

start() {
    "$@" > "$state/$1.out" 2>&1 &
    daemons+=($!)
}
tell_why() {
    for log in "$state"/*.out "$state"/*.log; do
        echo "-- the end of $(basename "$log"):" >&2
        tail -n 5 "$log" >&2
    done
    skip "it did not answer within 30 s"
}

start munged --foreground --key-file="$state/key" --socket="$state/munge.socket" --pid-file="$state/munge.pid" \
    --seed-file="$state/munge.seed" --log-file="$state/munge.log"
for _ in $(seq 25); do
    [ -S "$state/munge.socket" ] && break
    sleep 0.2
done
start slurmctld -D
start slurmd -D
for _ in $(seq 60); do
    [ "$(timeout 5 sinfo --noheader --format=%T 2> /dev/null)" = idle ] && break
    sleep 0.5
done
[ "$(timeout 5 sinfo --noheader --format=%T 2> /dev/null)" = idle ] || tell_why

code=0
"$@" || code=$?
exit $code
