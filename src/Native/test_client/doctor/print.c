#include <stdio.h>

#include "../json_text.h"
#include "check.h"

static void print_json_field(const char *name, const char *text) {
    (void)printf(",\"%s\":", name);
    print_json_text(text);
}

static void print_json(const struct patient *patient, const struct check checks[CHECK_COUNT], bool all_well) {
    static const char *const states[] = {"not_reached", "ok", "skipped", "failed"};
    (void)fputs("{\"endpoint\":", stdout);
    print_json_text(patient->endpoint);
    (void)printf(",\"ok\":%s,\"checks\":[", all_well ? "true" : "false");
    for (int i = 0; i < CHECK_COUNT; i++) {
        (void)printf("%s{\"name\":\"%s\",\"state\":\"%s\"", i == 0 ? "" : ",", checks[i].name, states[checks[i].state]);
        print_json_field("seen", checks[i].seen);
        print_json_field("cause", checks[i].cause);
        print_json_field("fix", checks[i].fix);
        (void)putchar('}');
    }
    (void)puts("]}");
}

static void print_text(const struct patient *patient, const struct check checks[CHECK_COUNT]) {
    static const char *const states[] = {"not reached", "ok", "skipped", "FAILED"};
    (void)printf("endpoint %s\n", patient->endpoint);
    for (int i = 0; i < CHECK_COUNT; i++) {
        const struct check *check = &checks[i];
        if (check->state == CHECK_NOT_REACHED) {
            (void)printf("%-11s %s\n", states[check->state], check->name);
            continue;
        }
        (void)printf("%-11s %-10s  %s\n", states[check->state], check->name, check->seen);
        if (check->state == CHECK_FAILED) {
            (void)printf("            cause: %s\n            fix:   %s\n", check->cause, check->fix);
        }
    }
}

void print_checks(const struct patient *patient, const struct check checks[CHECK_COUNT], bool all_well) {
    if (patient->options->json) {
        print_json(patient, checks, all_well);
    } else {
        print_text(patient, checks);
    }
}
