#include "app/ctl/advice.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void advise(struct advice *advice, int line, const char *ref, const char *hint, const char *format, ...)
{
    char text[600];
    va_list values;
    int length = snprintf(text, sizeof text, "%.250s%s", ref, *ref ? ": " : "");
    va_start(values, format);
    vsnprintf(text + length, sizeof text - (size_t)length, format, values);
    va_end(values);
    advice->take(advice->context, line, text, hint);
    advice->count++;
}

const char *advice_vague_words(const char *text)
{
    static const char *const vague[] = {"其他材料", "其它材料", "相关材料", "other materials",
                                        "other documents"};
    for (size_t i = 0; i < sizeof vague / sizeof *vague; i++)
        if (strstr(text, vague[i]))
            return vague[i];
    return NULL;
}
