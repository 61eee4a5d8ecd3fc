/* GeoJSON (RFC 7946) as a secondary instance: /root/item with geometry, id and each property as an element.
 */
#ifndef YIZHAN_FORM_GEOJSON_H
#define YIZHAN_FORM_GEOJSON_H

#include "app/form/node.h"
#include "board/base/err.h"

/* A FeatureCollection of Points, LineStrings and Polygons with one ring; coordinates become ODK's
 * "latitude longitude 0 0", several separated by "; ". bytes are borrowed during the call; the tree's memory
 * is arena's. ERR_DATA for anything else. */
MUST_USE struct err geojson_parse(const char *bytes, size_t length, struct arena *arena,
                                  struct name_table *names, struct node_tree **out_tree);

#endif
