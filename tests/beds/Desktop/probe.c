/*
 * A Windows program beside the host, for the tests of its services. usage:
 *   probe paste FILE                     writes the text on the clipboard to a file, as UTF-8
 *   probe copy FILE                      puts the text of a file, UTF-8, on the clipboard
 *   probe see FILE                       writes size, bits and some colours of the picture on the clipboard to a file
 *   probe draw                           puts a picture of 3 x 2 pixels and 24 bits on the clipboard: above red, green, blue
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

/* As a bitmap, which Windows makes of whatever is there. */
static int see(const char *path) {
    if (!OpenClipboard(NULL)) {
        return 4;
    }
    BITMAP size = {0};
    HBITMAP bitmap = GetClipboardData(CF_BITMAP);
    HDC context = CreateCompatibleDC(NULL);
    bool there = bitmap != NULL && GetObjectA(bitmap, sizeof size, &size) != 0 && SelectObject(context, bitmap) != NULL;
    COLORREF first = there ? GetPixel(context, 0, 0) : 0;
    COLORREF last = there ? GetPixel(context, size.bmWidth - 1, size.bmHeight - 1) : 0;
    DeleteDC(context);
    CloseClipboard();
    FILE *file = there ? fopen(path, "wb") : NULL;
    if (file == NULL) {
        return 3;
    }
    (void)fprintf(file, "%ld x %ld, first %06lx, last %06lx", size.bmWidth, size.bmHeight, first, last);
    return fclose(file) == 0 ? 0 : 5;
}

static int draw(void) {
    static const BITMAPINFOHEADER header = {
        .biSize = sizeof header, .biWidth = 3, .biHeight = 2, .biPlanes = 1, .biBitCount = 24, .biCompression = BI_RGB};
    static const unsigned char rows[2][12] = {{9, 9, 9, 8, 8, 8, 7, 7, 7}, {0, 0, 255, 0, 255, 0, 255, 0, 0}}; /* from below */
    HWND window = CreateWindowA("STATIC", "", 0, 0, 0, 0, 0, HWND_MESSAGE, NULL, NULL, NULL);
    HGLOBAL memory = GlobalAlloc(GMEM_MOVEABLE, sizeof header + sizeof rows);
    if (memory == NULL || !OpenClipboard(window)) {
        return 4;
    }
    char *target = GlobalLock(memory);
    memcpy(target, &header, sizeof header);
    memcpy(target + sizeof header, rows, sizeof rows);
    GlobalUnlock(memory);
    EmptyClipboard();
    bool done = SetClipboardData(CF_DIB, memory) != NULL;
    CloseClipboard();
    return done ? 0 : 5;
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
    if (count == 3 && strcmp(arguments[1], "see") == 0) {
        return see(arguments[2]);
    }
    if (count == 2 && strcmp(arguments[1], "draw") == 0) {
        return draw();
    }
    return count == 7 && strcmp(arguments[1], "window") == 0 ? show(arguments + 2) : 2;
}
