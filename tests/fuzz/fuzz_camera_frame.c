/* Anything a camera may send as an MJPEG frame: a picture of a bounded size, or an error. The first byte
 * chooses how. */
#include "drivers/picture/jpeg.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct picture picture = {0};
    struct err e;

    if (size < 1)
        return 0;
    e = jpeg_decode(data + 1, size - 1, 1 << (data[0] & 3), data[0] & 4 ? PICTURE_RGB : PICTURE_LUMA,
                    &picture);
    if (!err_is(&e))
        assert(picture.width <= PICTURE_SIDE_MAX_PX && picture.height <= PICTURE_SIDE_MAX_PX);
    picture_finish(&picture);
    return 0;
}
