/* The tests themselves; catalog.c names them. */
#ifndef TEST_CLIENT_BODIES_H
#define TEST_CLIENT_BODIES_H

#include "test.h"

/* basics.c: the functions of libwinapi.h */
bool test_echo(struct test_run *run);
bool test_echo_unicode(struct test_run *run);
bool test_buffer_write(struct test_run *run);
bool test_buffer_verify(struct test_run *run);
bool test_host_latency(struct test_run *run);
bool test_host_throughput(struct test_run *run);

/* unary.c */
bool test_unary(struct test_run *run);
bool test_unary_async(struct test_run *run);
bool test_unary_headers(struct test_run *run);
bool test_parallel(struct test_run *run);
bool test_large_message(struct test_run *run);
bool test_too_large_message(struct test_run *run);

/* streams.c */
bool test_server_streaming(struct test_run *run);
bool test_client_streaming(struct test_run *run);
bool test_bidirectional(struct test_run *run);
bool test_large_stream(struct test_run *run);
bool test_stream_async(struct test_run *run);

/* references.c */
bool test_reference(struct test_run *run);
bool test_reference_slices(struct test_run *run);
bool test_reference_refused(struct test_run *run);
bool test_buffers_return(struct test_run *run);

/* endings.c: deadlines, cancel, errors */
bool test_unary_deadline(struct test_run *run);
bool test_stream_deadline(struct test_run *run);
bool test_cancel_stream(struct test_run *run);
bool test_cancel_from_thread(struct test_run *run);
bool test_cancel_async(struct test_run *run);
bool test_error_of_service(struct test_run *run);
bool test_unknown_method(struct test_run *run);
bool test_not_utf8(struct test_run *run);

/* channels.c */
bool test_event_loop(struct test_run *run);
bool test_inline(struct test_run *run);
bool test_no_host(struct test_run *run);
bool test_closed_channel(struct test_run *run);

/* stress.c, benchmark.c */
bool test_stress(struct test_run *run);
bool test_latency(struct test_run *run);
bool test_throughput_messages(struct test_run *run);
bool test_throughput_replies(struct test_run *run);
bool test_throughput_reference(struct test_run *run);

#endif
