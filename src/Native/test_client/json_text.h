/* Text in JSON. */
#ifndef TEST_CLIENT_JSON_TEXT_H
#define TEST_CLIENT_JSON_TEXT_H

/* Prints it to stdout, quoted and escaped. */
void print_json_text(const char *text);

#endif
