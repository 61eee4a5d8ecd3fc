/* A font file for FreeType. Private to the text files. */
#ifndef YIZHAN_UI_TEXT_STREAM_H
#define YIZHAN_UI_TEXT_STREAM_H

#include <SDL2/SDL_rwops.h>

/* NULL when the file cannot be opened. Closed with SDL_RWclose(), which TTF_OpenFontIndexRW() does for one
 * that it was given for good. */
SDL_RWops *ui_text_stream_open(const char *path);

#endif
