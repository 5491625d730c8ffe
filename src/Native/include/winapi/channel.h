/* A channel to a host: connects when the first call needs it, and again after the connection was lost. */
#ifndef WINAPI_CHANNEL_H
#define WINAPI_CHANNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "winapi/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Safe for use by many threads; calls run side by side on one connection. Free it once, when no other thread uses it.
 */
typedef struct winapi_channel winapi_channel;

/*
 * AUTO tries MEMFD, WSLG_DAX and FILE in this order, and uses what is proved: both sides write fresh bytes and see each
 * other's. Where none is, bytes travel inline. To name one kind allows only that.
 */
typedef enum winapi_shared_memory {
    WINAPI_SHARED_MEMORY_AUTO = 0,
    WINAPI_SHARED_MEMORY_NONE = 1,     /* never: all bytes travel inline; every call works the same, bulk is slower */
    WINAPI_SHARED_MEMORY_MEMFD = 2,    /* a sealed memfd; Unix sockets only */
    WINAPI_SHARED_MEMORY_WSLG_DAX = 3, /* a file in WSLg's window, mounted at WINAPI_WSLG_DAX or found in /proc/mounts */
    WINAPI_SHARED_MEMORY_FILE = 4      /* a part of the file that WINAPI_SHARED_MEM names, by a path of this side's; the
                                          host has its own path to the same file, or device memory. It must not shrink */
} winapi_shared_memory;

/*
 * Whether host and client prove to each other that they know the same token. It lies in a file that the host makes and
 * never travels. The client takes the one that WINAPI_TOKEN_FILE names, else looks at $XDG_CONFIG_HOME/winapi/token
 * (~/.config/winapi/token) and, on WSL2, on the mounted drives of Windows at Users/NAME/AppData/Local/WinAPI/token and
 * ProgramData/WinAPI/token. On Unix sockets, whatever is chosen here, the listener must belong to this user or to root.
 */
typedef enum winapi_authentication {
    WINAPI_AUTHENTICATION_AUTO = 0,     /* required on vsock:, else where the host asks for it */
    WINAPI_AUTHENTICATION_REQUIRED = 1, /* a host that does not ask is refused */
    WINAPI_AUTHENTICATION_NONE = 2      /* never; a host that asks is refused */
} winapi_authentication;

/*
 * Whether frames may travel in rings in the shared memory: a small call then takes a few microseconds, and no system call
 * while both sides are awake. Where no memory is proved, or the host has no rings, frames travel on the socket.
 */
typedef enum winapi_rings {
    WINAPI_RINGS_AUTO = 0, /* unless WINAPI_RINGS is 0 */
    WINAPI_RINGS_NONE = 1  /* never */
} winapi_rings;

typedef enum winapi_threading {
    /*
     * Blocking unary calls use no thread but the caller's. The channel starts one of its own with the first
     * asynchronous call (callbacks run on it), stream or rented buffer (it answers the host's heartbeats between
     * calls, which keeps streams and buffers alive).
     */
    WINAPI_THREADING_AUTO = 0,

    /*
     * The program drives the channel: it watches winapi_channel_fd and calls winapi_channel_process, where callbacks
     * run. Connecting for an asynchronous call still takes a thread for as long as it lasts.
     */
    WINAPI_THREADING_EVENT_LOOP = 1
} winapi_threading;

/* Zero means the default everywhere. Read once, when the channel is made. */
typedef struct winapi_channel_options {
    /*
     * unix:///path/to.sock, tcp://127.0.0.1:PORT (loopback only) or vsock://CID:PORT. NULL: what WINAPI_ENDPOINT says;
     * else on WSL2 vsock://2:PORT with WINAPI_SOCKET_PORT (0x1234), elsewhere unix://$XDG_RUNTIME_DIR/winapi/winapi.sock.
     */
    const char *endpoint;
    int64_t connect_timeout_ns;         /* one attempt, handshake included; 30 s */
    winapi_shared_memory shared_memory; /* AUTO */
    uint64_t shared_memory_bytes;       /* both regions, half is the client's; WINAPI_SHARED_MEM_SIZE or 8 MiB */
    uint32_t inline_threshold;          /* a message this large or larger goes through shared memory; 32 KiB */
    uint64_t max_receive_message_bytes; /* 64 MiB */
    uint64_t max_send_message_bytes;    /* 64 MiB */
    uint32_t max_metadata_bytes;        /* accepted with one call; 16 KiB */
    uint32_t stream_window_bytes;       /* unread messages waiting in each call; 1 MiB */
    int64_t heartbeat_interval_ns;      /* after so much silence the host is asked whether it is there; 10 s */
    int64_t heartbeat_timeout_ns;       /* a host that does not answer for so long is given up; 30 s */
    winapi_threading threading;
    const char *agent; /* for the host's log; NULL: the program's name */
    winapi_authentication authentication; /* AUTO */
    winapi_rings rings;                   /* AUTO */

    /*
     * With rings: the most that a wait for the host looks at the memory again and again before it sleeps; WINAPI_SPIN_US or
     * 50 us. Less where that has not helped before; a negative value is never. A connection on which nobody waits for
     * anything takes no processor time.
     */
    int64_t spin_ns;
} winapi_channel_options;

typedef enum winapi_channel_state {
    WINAPI_CHANNEL_IDLE = 0,              /* not connected; the next call connects */
    WINAPI_CHANNEL_CONNECTING = 1,        /* an attempt is under way */
    WINAPI_CHANNEL_READY = 2,             /* connected */
    WINAPI_CHANNEL_TRANSIENT_FAILURE = 3, /* the last attempt failed; the next call tries again */
    WINAPI_CHANNEL_SHUTDOWN = 4           /* closed */
} winapi_channel_state;

/* What was agreed on the connection in use. */
typedef struct winapi_connection_info {
    char endpoint[160];
    uint32_t protocol_version;
    char peer_agent[128];
    uint8_t session_id[16];
    bool memory_shared;       /* proved, both ways */
    char memory[16];          /* how: "memfd", "wslg", "file"; "none" where it is not */
    char memory_reason[512];  /* why not, for each kind that was tried and is not used: "memfd: ...; wslg: ..." */
    uint32_t memory_turns;    /* how often a word went there and back in memory, for the proof */
    uint64_t request_region_bytes;
    uint64_t response_region_bytes;
    char authentication[256]; /* "token FILE", or "none" where the host asks for no token */
    bool rings;               /* whether frames travel in rings in the shared memory */
} winapi_connection_info;

/*
 * Makes a channel; nothing is connected yet. options may be NULL. NULL on failure: INVALID_ARGUMENT, the message says
 * which option and why; or RESOURCE_EXHAUSTED. With WINAPI_DEBUG=1 or WINAPI_LOG_LEVEL=TRACE every frame of the channel is
 * printed to stderr as a line of JSON (docs/troubleshooting.md).
 */
winapi_channel *winapi_channel_new(const winapi_channel_options *options, winapi_error *error);

/* Where the channel connects to; as it was given, or the default that was chosen. The channel's; any thread. */
const char *winapi_channel_endpoint(const winapi_channel *channel);

/*
 * Connects now, if not connected. UNAVAILABLE: the message names the endpoint and what to check. UNAUTHENTICATED: host and
 * client do not know the same token, or one of them asks for none; the message names the files that were looked at.
 */
winapi_status winapi_channel_connect(winapi_channel *channel, winapi_error *error);

/*
 * Ends the connection, and running calls with UNAVAILABLE; callbacks that were due run before it returns. New calls
 * fail. Harmless when closed. Not from a callback.
 */
void winapi_channel_close(winapi_channel *channel);

/*
 * Closes the channel and lets go of it. Calls and buffers that are still held stay valid handles until they are
 * finished or released. NULL is harmless. Not from a callback.
 */
void winapi_channel_free(winapi_channel *channel);

winapi_channel_state winapi_channel_get_state(winapi_channel *channel);

/* False while there is no connection. */
bool winapi_channel_get_connection(winapi_channel *channel, winapi_connection_info *info);

/*
 * A descriptor that becomes readable when winapi_channel_process has something to do; for poll, epoll and the like.
 * It stays the same and belongs to the channel. -1 unless the channel was made for WINAPI_THREADING_EVENT_LOOP, or when
 * out of descriptors.
 */
int winapi_channel_fd(winapi_channel *channel);

/*
 * Reads what has come, sends what waits, fires deadlines, keeps the heartbeat and runs due callbacks; never waits.
 * One thread at a time. UNAVAILABLE when the channel is closed.
 */
winapi_status winapi_channel_process(winapi_channel *channel);

#ifdef __cplusplus
}
#endif

#endif
