/* What the voice was given to say, as JSON lines: for tests and the demo, with made-up people only.
 *   {"say": "...", "words": "...", "lang": "zh-CN", "rate": 160, "volume": 80}
 *   {"stop": true} */
#ifndef YIZHAN_VOICE_LOG_H
#define YIZHAN_VOICE_LOG_H

#include "drivers/voice/voice.h"

/* Appends one line with a single write(2). */
void voice_log_say(int fd, const struct voice_line *line);
void voice_log_stop(int fd);

#endif
