/*
 * A Windows program beside the host, for the tests of its services. usage:
 *   probe paste FILE                     writes the text on the clipboard to a file, as UTF-8
 *   probe copy FILE                      puts the text of a file, UTF-8, on the clipboard
 *   probe window X Y WIDTH HEIGHT READY  a window all of red 16, green 32, blue 200, until the program is ended; READY is
 *                                        a file that it makes once the window is drawn
 */
#define WIN32_LEAN_AND_MEAN
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>

enum { MOST_BYTES = 1 << 16 };

static int copy(const char *path) {
    static char text[MOST_BYTES];
    static wchar_t wide[MOST_BYTES];
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        return 3;
    }
    size_t size = fread(text, 1, sizeof text - 1, file);
    (void)fclose(file);
    int length = MultiByteToWideChar(CP_UTF8, 0, text, (int)size, wide, MOST_BYTES - 1);
    HWND window = CreateWindowA("STATIC", "", 0, 0, 0, 0, 0, HWND_MESSAGE, NULL, NULL, NULL);
    HGLOBAL memory = GlobalAlloc(GMEM_MOVEABLE, ((size_t)length + 1) * sizeof *wide);
    if (memory == NULL || !OpenClipboard(window)) {
        return 4;
    }
    memcpy(GlobalLock(memory), wide, ((size_t)length + 1) * sizeof *wide);
    GlobalUnlock(memory);
    EmptyClipboard();
    bool done = SetClipboardData(CF_UNICODETEXT, memory) != NULL;
    CloseClipboard();
    return done ? 0 : 5;
}

static int paste(const char *path) {
    static char text[MOST_BYTES];
    if (!OpenClipboard(NULL)) {
        return 4;
    }
    HANDLE memory = GetClipboardData(CF_UNICODETEXT);
    const wchar_t *wide = memory == NULL ? NULL : GlobalLock(memory);
    int size = wide == NULL ? 0 : WideCharToMultiByte(CP_UTF8, 0, wide, -1, text, sizeof text, NULL, NULL);
    CloseClipboard();
    FILE *file = fopen(path, "wb");
    if (file == NULL) {
        return 3;
    }
    (void)fwrite(text, 1, size > 0 ? (size_t)size - 1 : 0, file);
    return fclose(file) == 0 ? 0 : 5;
}

static int show(char **arguments) {
    WNDCLASSA kind = {.lpfnWndProc = DefWindowProcA, .hbrBackground = CreateSolidBrush(RGB(16, 32, 200)), .lpszClassName = "probe"};
    if (RegisterClassA(&kind) == 0) {
        return 4;
    }
    HWND window = CreateWindowExA(WS_EX_TOPMOST, "probe", "", WS_POPUP | WS_VISIBLE, atoi(arguments[0]), atoi(arguments[1]),
                                  atoi(arguments[2]), atoi(arguments[3]), NULL, NULL, NULL, NULL);
    if (window == NULL || !UpdateWindow(window)) {
        return 5;
    }
    GdiFlush();
    FILE *ready = fopen(arguments[4], "wb");
    if (ready == NULL || fclose(ready) != 0) {
        return 3;
    }
    MSG message;
    while (GetMessageA(&message, NULL, 0, 0) > 0) {
        DispatchMessageA(&message);
    }
    return 0;
}

int main(int count, char **arguments) {
    if (count == 3 && strcmp(arguments[1], "copy") == 0) {
        return copy(arguments[2]);
    }
    if (count == 3 && strcmp(arguments[1], "paste") == 0) {
        return paste(arguments[2]);
    }
    return count == 7 && strcmp(arguments[1], "window") == 0 ? show(arguments + 2) : 2;
}
