# SPDX-License-Identifier: MIT
# Makes a C source of the files of the page: cmake -DOUT=… -DDIR=web -P embed.cmake
# struct asset is in cli/web/server.h.

# The path that a browser asks for, the type, and the file.
set(assets
  "/|text/html\; charset=utf-8|index.html"
  "/style.css|text/css\; charset=utf-8|style.css"
  "/store.js|text/javascript\; charset=utf-8|store.js"
  "/thin.js|text/javascript\; charset=utf-8|thin.js"
  "/plot.js|text/javascript\; charset=utf-8|plot.js"
  "/table.js|text/javascript\; charset=utf-8|table.js"
  "/csv.js|text/javascript\; charset=utf-8|csv.js"
  "/app.js|text/javascript\; charset=utf-8|app.js"
  "/uPlot.js|text/javascript\; charset=utf-8|vendor/uPlot/uPlot.iife.min.js"
  "/uPlot.css|text/css\; charset=utf-8|vendor/uPlot/uPlot.min.css"
  "/uPlot-licence.txt|text/plain\; charset=utf-8|vendor/uPlot/LICENSE")

set(arrays "")
set(table "")
set(number 0)
foreach(asset IN LISTS assets)
  string(REGEX MATCH "^(.*)[|](.*)[|](.*)$" all "${asset}")
  set(path ${CMAKE_MATCH_1})
  set(type ${CMAKE_MATCH_2})
  file(READ ${DIR}/${CMAKE_MATCH_3} bytes HEX)
  string(LENGTH "${bytes}" size)
  math(EXPR size "${size} / 2")
  string(REGEX REPLACE "(................................)" "\\1\n" bytes "${bytes}")
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${bytes}")
  # One byte more: a text ends with NUL.
  string(APPEND arrays "static const unsigned char file${number}[] = {\n${bytes}0x00};\n")
  string(APPEND table "    {\"${path}\", \"${type}\", file${number}, ${size}},\n")
  math(EXPR number "${number} + 1")
endforeach()

file(WRITE ${OUT} "/* Made by cmake/embed.cmake. */
#include \"web/server.h\"

${arrays}
const struct asset web_assets[] = {
${table}};
const size_t web_assets_count = ${number};
")
