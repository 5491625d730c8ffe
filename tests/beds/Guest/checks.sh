# What is run in the guest. The tests outside say what each must come to.
# check NAME COMMAND...: its output goes to NAME.out and NAME.err of the results and, when it has ended, its exit code to
# NAME.code. No check may take longer than a minute.
check() {
    name=$1
    shift
    echo "check $name"
    timeout 60 "$@" >"/results/$name.out" 2>"/results/$name.err" </dev/null
    echo $? >"/results/$name.code"
}

linux_host=vsock://2:4660
windows_host=vsock://2:4661
nobody=vsock://2:4999

# Real AF_VSOCK: this guest's CID is 3, the host's always 2.
check c-integration test_client --integration --json --endpoint $linux_host
check cs-status winapi status --json --endpoint $linux_host
check cs-echo winapi echo "from the guest" --json --endpoint $linux_host
check cs-buffer winapi buffer --size 1MiB --op checksum --json --endpoint $linux_host
check c-nobody-listens test_client --test echo --endpoint $nobody
check cs-nobody-listens winapi echo "anybody?" --endpoint $nobody
