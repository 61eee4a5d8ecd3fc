/* A decoder for the test: paints with the portrait's byte 100, refuses what does not begin as WLT does;
 * crashes, hangs or ends the process when byte 101 says so. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int yizhan_wlt_decode(const uint8_t wlt[1024], uint8_t out_rgb[126 * 102 * 3]);

int yizhan_wlt_decode(const uint8_t wlt[1024], uint8_t out_rgb[126 * 102 * 3])
{
    if (wlt[101] == 'C')
        *(volatile int *)8 = 1;
    while (wlt[101] == 'H') {
    }
    if (wlt[101] == 'E')
        exit(0);
    memset(out_rgb, wlt[100], 126 * 102 * 3);
    return wlt[0] == 'W' && wlt[1] == 'L' ? 0 : 7;
}
