# What is run in the guest. The tests outside say what each must come to.
# check NAME COMMAND...: its output goes to NAME.out and NAME.err of the results and, when it has ended, its exit code to
# NAME.code. No check may take longer than two minutes.
check() {
    name=$1
    shift
    echo "check $name"
    timeout 120 "$@" >"/results/$name.out" 2>"/results/$name.err" </dev/null
    echo $? >"/results/$name.code"
}

# all_checks NAME ENDPOINT MEMORY: what both clients have to say of a host and a memory.
all_checks() {
    export WINAPI_ENDPOINT=$2 WINAPI_SHARED_MEM=$3
    check "$1-c-doctor" test_client --doctor --json
    check "$1-c-integration" test_client --integration --json
    check "$1-cs-status" winapi status --json
    check "$1-cs-buffer" winapi buffer --size 1MiB --op checksum --json
    check "$1-cs-echo" winapi echo "from the guest" --json
}

# status_checks NAME ENDPOINT MEMORY: the same in short.
status_checks() {
    export WINAPI_ENDPOINT=$2 WINAPI_SHARED_MEM=$3
    check "$1-c-doctor" test_client --doctor --json
    check "$1-cs-status" winapi status --json
    check "$1-cs-buffer" winapi buffer --size 1MiB --op checksum --json
}

# The memory of the PCI device in this slot.
pci_memory() {
    echo 1 >"/sys/bus/pci/devices/0000:00:$1.0/enable"
    echo "/sys/bus/pci/devices/0000:00:$1.0/resource2"
}

# Real AF_VSOCK: this guest's CID is 3, the host's always 2.
linux_host=vsock://2:4660
disk_host=vsock://2:4661
windows_host=vsock://2:4662
nobody=vsock://2:0x1387
export WINAPI_TOKEN_FILE=/token

all_checks inline $linux_host ""
check c-nobody-listens test_client --test echo --endpoint $nobody
check cs-nobody-listens winapi echo "anybody?" --json --endpoint $nobody
check cs-doctor-nobody-listens winapi doctor --json --endpoint $nobody

all_checks ivshmem $linux_host "$(pci_memory 10)"

mkdir -p /mnt/9p /mnt/virtiofs
mount -t 9p -o trans=virtio,version=9p2000.L,cache=mmap disk /mnt/9p &&
    status_checks 9p $disk_host /mnt/9p/memory
mount -t virtiofs virtiofs /mnt/virtiofs 2>/dev/null &&
    status_checks virtiofs $disk_host /mnt/virtiofs/memory

[ -e /windows ] && all_checks windows $windows_host "$(pci_memory 11)"
