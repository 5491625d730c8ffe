#include "json_text.h"

#include <stdio.h>

void print_json_text(const char *text) {
    (void)putchar('"');
    for (const unsigned char *c = (const unsigned char *)text; *c != '\0'; c++) {
        if (*c == '"' || *c == '\\') {
            (void)printf("\\%c", *c);
        } else if (*c < 0x20) {
            (void)printf("\\u%04x", *c);
        } else {
            (void)putchar(*c);
        }
    }
    (void)putchar('"');
}
