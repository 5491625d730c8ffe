/*
 * The caller's end of a call, of any kind. It has one outcome, whichever comes first: the host's trailers, the
 * deadline, a cancel, the loss of the connection. Its stream stays with the connection until the host is done with it,
 * because until then the host may still use what it was lent. Guarded by the channel's gate.
 */
#ifndef WINAPI_TRANSPORT_CALL_STATE_H
#define WINAPI_TRANSPORT_CALL_STATE_H

#include <pthread.h>

#include "bytes.h"
#include "connection.h"
#include "metadata.h"
#include "winapi/call.h"

enum step { STEP_DONE, STEP_AGAIN, STEP_FAILED };

/* A message on its way out. Valid when zeroed. */
struct outbound {
    const winapi_message_type *type;
    const void *message; /* the caller's, while it waits; NULL: all is in encoded */
    size_t size;
    struct bytes encoded;
    struct descriptor *references; /* that the message names, then what they lend */
    size_t reference_count;
    struct region_ticket ticket;
    bool has_block;
    uint64_t block; /* offset in the mapping */
    bool started;   /* a frame of it was written, credit is taken */
    size_t ahead;   /* without shared memory: references whose bytes have gone, and how much of the next */
    uint64_t ahead_bytes;
    size_t sent; /* of encoded */
};

/* A message that came. */
struct inbound {
    struct inbound *next;
    bool shared; /* lies in the host's region */
    struct descriptor descriptor;
    struct bytes bytes;
};

struct lend_count {
    uint64_t lease;
    uint64_t count;
};

/* A callback that is due, in line; part of the verb it ends. */
struct completion {
    struct completion *next;
    struct winapi_call *call;
    void (*run)(struct completion *completion); /* under the gate; lets go of it for the callback */
};

struct async_verb {
    struct completion completion;
    bool active;
    bool due;
    void *user;
    winapi_status status;
    struct inbound *message; /* read, finish */
    union {
        winapi_written *written;
        winapi_read *read;
        winapi_done *done;
    } then;
};

struct winapi_call {
    struct idmap_node node; /* in the streams of its connection */
    struct winapi_channel *channel;
    struct connection *connection; /* NULL until it has a slot */
    const winapi_method *method;
    int references;
    pthread_cond_t changed;
    uint64_t events; /* counts what happened to it */
    int64_t deadline;
    bool wait_for_ready;
    struct bytes metadata; /* of the request, encoded */

    bool has_slot;
    bool opened; /* its call frame is written */
    bool closed; /* the host is done with it */
    bool ended;  /* it has an outcome */
    int restarts; /* after hosts that never took it up */
    winapi_status outcome;
    char *outcome_text; /* NULL: empty; apart, so that a call is small and cheap to allocate */

    struct outbound first; /* the request of a unary or server-streaming call */
    bool sends_first;
    bool first_done;
    bool writes_done;       /* asked for */
    bool end_written;
    int64_t send_credit;

    int64_t receive_credit;
    int64_t consumed;
    struct inbound *assembling;
    bool ignores_messages;
    bool discards; /* finish is waiting: nobody reads */
    struct inbound *inbox;
    struct inbound *last_inbox;

    struct lend_count *lent;
    size_t lent_count;
    bool answered; /* a frame of the host's came: it has taken the call up */
    bool trailers_came;
    bool has_headers;
    struct metadata_list headers;
    struct metadata_list trailers;

    void *response; /* of the last read */
    winapi_arena *arena;

    struct outbound writing;
    struct async_verb write;
    struct async_verb read;
    struct async_verb finish;
    bool in_async;
    struct winapi_call *next_async;
};

static inline struct winapi_call *winapi_call_of_node(struct idmap_node *node) {
    return (struct winapi_call *)node;
}

/* --- call.c: making, ending and freeing --- */

/* NULL: error says why. One reference is the caller's. Takes a reference on the channel, under its gate. */
struct winapi_call *winapi_call_new(struct winapi_channel *channel, const winapi_method *method,
                                    const winapi_call_options *options, winapi_error *error);
void winapi_call_hold(struct winapi_call *call);
void winapi_call_drop(struct winapi_call *call);

/* The outcome, unless there is one. Early: from this side; the host is told, and what is unread is dropped. */
void winapi_call_end(struct winapi_call *call, winapi_status status, const char *message, bool early);

/* The outcome's message. */
const char *winapi_call_outcome_text(const struct winapi_call *call);

/* Whether the deadline has come; ends the call then. */
bool winapi_call_expired(struct winapi_call *call, int64_t now);

/* The stream is over on both sides. */
void winapi_call_close_stream(struct winapi_call *call, bool return_leases);

/* The connection has ended; local: this side closed it. */
void winapi_call_disconnected(struct winapi_call *call, bool local);

/* The host said that it never looked at the call: it starts over where it can. */
void winapi_call_not_taken_up(struct winapi_call *call);

/* Wakes who waits on the call, and has asynchronous verbs go on. */
void winapi_call_changed(struct winapi_call *call);

/* --- call_open.c --- */

/* Finds a slot on the connection and writes the call frame. AGAIN: sets what it waits for. */
enum step winapi_call_open(struct winapi_call *call);

/* Gives back the slot of a call that is not open. */
void winapi_call_detach(struct winapi_call *call);

/* --- outbound.c, call_send.c --- */

/* Measures and finds references. copy: encodes now, so that the message need not outlive this. */
winapi_status winapi_outbound_init(struct outbound *outbound, const winapi_message_type *type, const void *message,
                                   bool copy, winapi_error *error);
void winapi_outbound_free(struct outbound *outbound, struct connection *connection);

/* Forgets how far it got, to send it again. */
void winapi_outbound_rewind(struct outbound *outbound, struct connection *connection);

/* Goes as far as credit, region and room allow. FAILED: the call has ended. May let go of the gate where the message is
   the caller's. */
enum step winapi_call_send(struct winapi_call *call, struct outbound *outbound, bool ends_stream);

/* Writes the first or next frame of the call's requests. */
void winapi_call_write_frame(struct winapi_call *call, uint8_t flags, const void *body_start, size_t body_start_size,
                             const void *body, size_t body_size);

/* Writes the end of the requests, once; the call must be open. */
void winapi_call_write_end(struct winapi_call *call);

/* --- lends.c --- */

/* Counts one lend of each reference and puts what is lent in its place. False: the call has ended. */
bool winapi_call_lend(struct winapi_call *call, struct descriptor *references, size_t count);
bool winapi_call_has_lent(const struct winapi_call *call, uint64_t lease);
bool winapi_call_take_back(struct winapi_call *call, uint64_t lease, uint64_t count);
void winapi_call_take_back_all(struct winapi_call *call);

/* --- call_receive.c --- */

/* NULL, or how the host broke the protocol. */
const char *winapi_call_on_frame(struct winapi_call *call, const struct frame *frame);

/* The next message, or NULL. */
struct inbound *winapi_call_take_message(struct winapi_call *call);

/* The application is done with a message: frees it, gives its bytes and credit back. */
void winapi_call_consume(struct winapi_call *call, struct inbound *message);

void winapi_call_drop_messages(struct winapi_call *call);
void winapi_inbound_free(struct winapi_call *call, struct inbound *message);

/* Decodes into response; lets go of the gate meanwhile. The message may be NULL: INTERNAL. */
winapi_status winapi_call_decode(struct winapi_call *call, const struct inbound *message, void *response,
                                 winapi_arena *arena, winapi_error *error);

/* --- call_wait.c --- */

typedef enum step winapi_call_step(struct winapi_call *call, void *argument);

/*
 * A blocking verb: takes the step again and again, connecting, reading and waiting between, until it is not AGAIN. The
 * step must not be AGAIN once the call has ended.
 */
enum step winapi_call_wait(struct winapi_call *call, winapi_call_step *step, void *argument);

/* --- stream.c --- */

/* Finish is waiting: responses that come or are unread are dropped, where nobody reads them. */
void winapi_call_stop_reading(struct winapi_call *call);

/* --- call_async.c --- */

/* The message as a struct that stays until the next one. */
winapi_status winapi_call_read_message(struct winapi_call *call, const struct inbound *message, winapi_error *error);
void winapi_call_progress(struct winapi_call *call);
void winapi_call_join_async(struct winapi_call *call);
void winapi_completion_add(struct winapi_call *call, struct async_verb *verb, void (*run)(struct completion *));

#endif
