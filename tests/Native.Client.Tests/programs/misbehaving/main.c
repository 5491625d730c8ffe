/*
 * One hostile host and one client of it, in one process: how the client's call ends, and that the next one, to a good host at
 * the same place, works. usage: misbehaving FOLDER SCENARIO [VARIANT]
 * Prints how the first call ended and whether in time, then the next, then what was left over.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "scenario.h"

enum { LONG_MS = 20000, GRACE_MS = 3000, PATIENCE_S = 30, AGAIN = 3 };

static struct {
    pthread_mutex_t gate;
    pthread_cond_t changed;
    bool client_done;
    bool misbehaved; /* and has hung up */
} progress = {.gate = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};

static void note(bool *what) {
    (void)pthread_mutex_lock(&progress.gate);
    *what = true;
    (void)pthread_cond_broadcast(&progress.changed);
    (void)pthread_mutex_unlock(&progress.gate);
}

static bool wait_for(const bool *what) {
    struct timespec until;
    int failure = clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += PATIENCE_S;
    (void)pthread_mutex_lock(&progress.gate);
    while (!*what && failure == 0) {
        failure = pthread_cond_timedwait(&progress.changed, &progress.gate, &until);
    }
    bool come = *what;
    (void)pthread_mutex_unlock(&progress.gate);
    return come;
}

bool scenario_wait_for_client(void) {
    return wait_for(&progress.client_done);
}

/* --- the host's thread */

struct run {
    const struct scenario *scenario;
    int variant;
    struct host host;
    int kept;
};

static void say_all(struct host *host, const struct scenario *scenario) {
    struct frame call;
    bool sent = host_receive_type(host, FRAME_CALL, &call);
    for (size_t i = 0; i < MOST_SAID && sent && scenario->said[i].head != NULL; i++) {
        const struct said *said = &scenario->said[i];
        sent = host_send_frame(host, said->header, said->head, said->body, said->body_size);
    }
    if (scenario->again == ON_SAME_CONNECTION) {
        host_serve_well(host);
    } else {
        host_wait_for_goodbye(host);
    }
}

static void misbehave(struct run *run) {
    const struct scenario *scenario = run->scenario;
    if (!host_accept(&run->host, scenario->shares)) {
        return;
    }
    if (!scenario->in_handshake && !host_meet(&run->host)) {
        return;
    }
    if (scenario->misbehave != NULL) {
        scenario->misbehave(&run->host, run->variant);
    } else {
        say_all(&run->host, scenario);
    }
}

static void *host_main(void *argument) {
    struct run *run = argument;
    int connections = run->scenario->connections == 0 ? 1 : run->scenario->connections;
    for (int i = 0; i < connections; i++) {
        misbehave(run);
        host_hang_up(&run->host);
        run->host.stops_after = HOST_NEVER_STOPS;
    }
    run->kept = host_count_kept(&run->host);
    note(&progress.misbehaved);
    if (run->scenario->again != ON_SAME_CONNECTION && host_accept(&run->host, HOST_SHARES_NOTHING) && host_meet(&run->host)) {
        host_serve_well(&run->host);
    }
    return NULL;
}

/* --- the client */

static int64_t now_ms(void) {
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int count_descriptors(void) {
    DIR *folder = opendir("/proc/self/fd");
    int count = 0;
    while (folder != NULL && readdir(folder) != NULL) {
        count++;
    }
    if (folder != NULL) {
        (void)closedir(folder);
    }
    return count;
}

static winapi_channel *make_channel(const struct scenario *scenario, const char *path, winapi_error *error) {
    char endpoint[160];
    (void)snprintf(endpoint, sizeof endpoint, "unix://%s", path);
    winapi_channel_options options = {
        .endpoint = endpoint,
        .connect_timeout_ns = (int64_t)scenario->connect_ms * 1000000,
        .heartbeat_interval_ns = (int64_t)scenario->heartbeat_ms * 1000000,
        .heartbeat_timeout_ns = (int64_t)scenario->heartbeat_ms * 2000000,
    };
    return winapi_channel_new(&options, error);
}

static void call_first(const struct scenario *scenario, winapi_channel *channel) {
    winapi_error error = {.code = WINAPI_OK};
    client_does *client = scenario->client == NULL ? client_calls : scenario->client;
    int64_t timeout_ms = scenario->timeout_ms == 0 ? LONG_MS : scenario->timeout_ms;
    int64_t start = now_ms();
    winapi_status status = client(channel, timeout_ms * 1000000, &error);
    bool bounded = scenario->timeout_ms > 0 || scenario->connect_ms > 0 || scenario->heartbeat_ms > 0;
    int64_t taken = now_ms() - start;
    note(&progress.client_done);
    (void)printf("first %s: %s\n", winapi_status_name(status), status == WINAPI_OK ? "" : error.message);
    (void)printf("%s\n", taken < (bounded ? GRACE_MS : LONG_MS) ? "in time" : "late");
}

/* The connection may have been left as it was: then a call learns of its end. */
static void call_again(winapi_channel *channel) {
    winapi_error error = {.code = WINAPI_OK};
    winapi_status status = WINAPI_UNAVAILABLE;
    for (int i = 0; i < AGAIN && status == WINAPI_UNAVAILABLE; i++) {
        status = client_calls(channel, (int64_t)LONG_MS * 1000000, &error);
    }
    (void)printf("again %s: %s\n", winapi_status_name(status), status == WINAPI_OK ? "" : error.message);
}

static bool run_both(struct run *run, const char *path) {
    pthread_t thread;
    winapi_error error;
    winapi_channel *channel = make_channel(run->scenario, path, &error);
    if (channel == NULL || pthread_create(&thread, NULL, host_main, run) != 0) {
        return false;
    }
    call_first(run->scenario, channel);
    if (run->scenario->again != ONCE_IT_HUNG_UP || wait_for(&progress.misbehaved)) {
        call_again(channel);
    }
    winapi_channel_free(channel);
    return pthread_join(thread, NULL) == 0;
}

static const struct scenario *find(const char *name) {
    static const struct scenario *const all[] = {handshake_scenarios, frame_scenarios, call_scenarios, memory_scenarios};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        for (const struct scenario *scenario = all[i]; scenario->name != NULL; scenario++) {
            if (strcmp(scenario->name, name) == 0) {
                return scenario;
            }
        }
    }
    return NULL;
}

int main(int count, char **arguments) {
    char path[100];
    struct run run = {.scenario = count > 2 ? find(arguments[2]) : NULL, .variant = count > 3 ? atoi(arguments[3]) : 0};
    int before = count_descriptors();
    if (run.scenario == NULL || snprintf(path, sizeof path, "%s/host.sock", arguments[1]) >= (int)sizeof path) {
        return 2;
    }
    bool ran = host_open(&run.host, path) && run_both(&run, path);
    host_close(&run.host);
    (void)unlink(path);
    (void)printf("told %s\n", run.host.told);
    (void)printf("connections left open %d\ndescriptors left %d\n", run.kept, count_descriptors() - before);
    return ran ? 0 : 1;
}
