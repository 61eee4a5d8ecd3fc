#include "drivers/voice/voice_log.h"

#include "board/base/log.h"
#include "board/base/wipe.h"
#include "drivers/voice/voice_words.h"
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Takes the object over. */
static void write_line(int fd, json_t *object)
{
    char *text = object ? json_dumps(object, JSON_COMPACT) : NULL;
    struct buf line;

    buf_init_private(&line);
    buf_append_text(&line, text ? text : "{}");
    buf_append_byte(&line, '\n');
    if (line.failed || write(fd, line.data, line.length) != (ssize_t)line.length)
        log_warn("voice", "cannot write the voice's log: %s", strerror(errno));
    buf_finish(&line);
    if (text)
        wipe(text, strlen(text));
    free(text);
    json_decref(object);
}

void voice_log_say(int fd, const struct voice_line *line)
{
    struct buf words;

    buf_init_private(&words);
    voice_words_expand(voice_tongue(line->lang), line->text, &words);
    write_line(fd,
               json_pack("{s:s, s:s, s:s, s:i, s:i}", "say", line->text, "words", buf_text(&words), "lang",
                         line->lang, "rate", line->chars_per_minute, "volume", line->volume_percent));
    buf_finish(&words);
}

void voice_log_stop(int fd)
{
    write_line(fd, json_pack("{s:b}", "stop", 1));
}
