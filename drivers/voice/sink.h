/* The loudspeaker: SDL's audio, the only place outside ui/ that knows SDL. Thread: the voice's. */
#ifndef YIZHAN_VOICE_SINK_H
#define YIZHAN_VOICE_SINK_H

#include "board/base/err.h"
#include "drivers/voice/wav.h"

struct sink;

/* ERR_RETRY when there is no sound hardware. */
MUST_USE struct err sink_open(const struct wav_format *format, struct sink **out_sink);
/* Cuts off what is playing. */
void sink_close(struct sink **sink);
const struct wav_format *sink_format(const struct sink *sink);

/* Queues 16-bit samples behind what is playing. */
MUST_USE struct err sink_write(struct sink *sink, const int16_t *samples, size_t count);
/* How long what is queued still plays. */
int sink_left_ms(const struct sink *sink);
/* Silence now. */
void sink_clear(struct sink *sink);
/* The thread that opened sinks ends: SDL lets go of what it kept for it. */
void sink_leave_thread(void);

#endif
