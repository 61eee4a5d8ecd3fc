/* Which of the image's two slots runs, as board/units/yizhan-healthy notes it. Any thread. */
#ifndef YIZHAN_BASE_SLOT_H
#define YIZHAN_BASE_SLOT_H

#define SLOT_PATH "/run/yizhan/slot"
#define SLOT_SIZE 16

/* "good A", "trial B"; "" where there are no slots. */
void slot_read(char out_slot[SLOT_SIZE]);

#endif
