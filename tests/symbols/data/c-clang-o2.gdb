anything
  (void *) 0x200000ca <nested+2>
array
  {1, 2, 3, 4, 5}
array[0]
  1
array[1]
  2
big
  -1234567890123456789
bits
  {a = 1, b = 5, c = -7, m = MODE_FAST, d = true, far = 78187493530, last = 100 'd'}
bits.a
  1
bits.b
  5
bits.c
  -7
bits.m
  MODE_FAST
bits.d
  true
bits.far
  78187493530
bits.last
  100 'd'
cell
  {word = 1065353216, bytes = "\000\000\200?", real = 1}
cell.word
  1065353216
cell.bytes
  "\000\000\200?"
cell.bytes[0]
  0 '\000'
cell.bytes[1]
  0 '\000'
cell.real
  1
codes
  "code\310"
codes[0]
  99 'c'
codes[1]
  111 'o'
colour
  COLOUR_GREEN
complex_number
  1 + 0i
constant_volatile
  42
corner
  {x = -1, y = 99}
corner.x
  -1
corner.y
  99
cube
  {{{1, 2, 3}, {4, 5, 6}}, {{7, 8, 9}, {10, 11, 12}}}
cube[0]
  {{1, 2, 3}, {4, 5, 6}}
cube[0][0]
  {1, 2, 3}
cube[0][0][0]
  1
cube[0][0][1]
  2
cube[0][1]
  {4, 5, 6}
cube[0][1][0]
  4
cube[0][1][1]
  5
cube[1]
  {{7, 8, 9}, {10, 11, 12}}
cube[1][0]
  {7, 8, 9}
cube[1][0][0]
  7
cube[1][0][1]
  8
cube[1][1]
  {10, 11, 12}
cube[1][1][0]
  10
cube[1][1][1]
  11
doubles
  {1e+100, 0.10000000000000001}
doubles[0]
  1e+100
doubles[1]
  0.10000000000000001
empty
  '\000' <repeats 19 times>
empty[0]
  0 '\000'
empty[1]
  0 '\000'
escapes
  "\a\b\f\n\r\t\v\033\177\"'\\\0019\001a"
escapes[0]
  7 '\a'
escapes[1]
  8 '\b'
far_away
  5
flexible
  {count = 2, data = 0x20000a5c <flexible+4>}
flexible.count
  2
flexible.data
  0x20000a5c <flexible+4>
flexible.data[0]
  10
full
  "full"
full[0]
  102 'f'
full[1]
  117 'u'
handler
  (int (*)(int)) 0x8000003 <callback>
handlers
  {0x8000001 <plain>, 0x0, 0x8000001 <plain>}
handlers[0]
  (void (*)(void)) 0x8000001 <plain>
handlers[1]
  (void (*)(void)) 0x0
head
  {next = 0x2000010c <middle>, name = 0x20000b6b "head", value = 1}
head.next
  (struct node *) 0x2000010c <middle>
*head.next
  {next = 0x20000100 <tail>, name = 0x20000b59 "middle", value = 2}
(*head.next).next
  (struct node *) 0x20000100 <tail>
(*head.next).name
  0x20000b59 "middle"
(*head.next).value
  2
head.name
  0x20000b6b "head"
head.value
  1
high
  233 '\351'
holes
  "a\000b\000c\000\000"
holes[0]
  97 'a'
holes[1]
  0 '\000'
i64
  -64
i8
  -8 '\370'
inside
  (int *) 0x200000d0 <nested+8>
letter
  97 'a'
lie
  false
limit
  10
list
  (struct node *) 0x20000118 <head>
*list
  {next = 0x2000010c <middle>, name = 0x20000b6b "head", value = 1}
(*list).next
  (struct node *) 0x2000010c <middle>
(*list).name
  0x20000b6b "head"
(*list).value
  1
list_pointer
  (struct node **) 0x20000124 <list>
lnumber
  -5
long_text
  "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef01234567"...
long_text[0]
  48 '0'
long_text[1]
  49 '1'
lost
  MODE_LOST
many
  {1, 2, 1, 3, 1, 4, 1, 5, 1, 0 <repeats 241 times>, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10}
many[0]
  1
many[1]
  2
matrix
  {"\001\002\003\004", "\005\006\a\b", "\t\t\t\t"}
matrix[0]
  "\001\002\003\004"
matrix[0][0]
  1 '\001'
matrix[0][1]
  2 '\002'
matrix[1]
  "\005\006\a\b"
matrix[1][0]
  5 '\005'
matrix[1][1]
  6 '\006'
middle
  {next = 0x20000100 <tail>, name = 0x20000b59 "middle", value = 2}
middle.next
  (struct node *) 0x20000100 <tail>
*middle.next
  {next = 0x0, name = 0x20000b74 "tail", value = 3}
(*middle.next).next
  (struct node *) 0x0
(*middle.next).name
  0x20000b74 "tail"
(*middle.next).value
  3
middle.name
  0x20000b59 "middle"
middle.value
  2
mode
  MODE_FAST
modes
  {MODE_OFF, MODE_FAST, MODE_SLOW}
modes[0]
  MODE_OFF
modes[1]
  MODE_FAST
nameless
  {x = 1, {y = 2}}
nameless.x
  1
nested
  {tag = 110 'n', at = {x = 1, y = 2}, {any = 65538, {low = 2, high = 1}}, named = {inner = 5, value = 2.5}, mode = MODE_SLOW, cells = {{word = 1, bytes = "\001\000\000", real = 1.40129846e-45}, {word = 2, bytes = "\002\000\000", real = 2.80259693e-45}}, path = {{x = 1, y = 1}, {x = 1, y = 1}, {x = 2, y = 3}}}
nested.tag
  110 'n'
nested.at
  {x = 1, y = 2}
nested.at.x
  1
nested.at.y
  2
nested.named
  {inner = 5, value = 2.5}
nested.named.inner
  5
nested.named.value
  2.5
nested.mode
  MODE_SLOW
nested.cells
  {{word = 1, bytes = "\001\000\000", real = 1.40129846e-45}, {word = 2, bytes = "\002\000\000", real = 2.80259693e-45}}
nested.cells[0]
  {word = 1, bytes = "\001\000\000", real = 1.40129846e-45}
nested.cells[0].word
  1
nested.cells[0].bytes
  "\001\000\000"
nested.cells[0].real
  1.40129846e-45
nested.cells[1]
  {word = 2, bytes = "\002\000\000", real = 2.80259693e-45}
nested.cells[1].word
  2
nested.cells[1].bytes
  "\002\000\000"
nested.cells[1].real
  2.80259693e-45
nested.path
  {{x = 1, y = 1}, {x = 1, y = 1}, {x = 2, y = 3}}
nested.path[0]
  {x = 1, y = 1}
nested.path[0].x
  1
nested.path[0].y
  1
nested.path[1]
  {x = 1, y = 1}
nested.path[1].x
  1
nested.path[1].y
  1
newline
  10 '\n'
no_flags
  0
no_text
  0x0
number
  -123456789
octet
  200 '\310'
octets
  (uint8_t *) 0x20000b64 "bytes\200"
odd_flags
  (FLAG_READY | unknown: 0x14)
odd_mode
  3
opaque
  (struct opaque *) 0x2000000c <number>
*opaque
  {secret = -123456789, more = -294967296}
(*opaque).secret
  -123456789
(*opaque).more
  -294967296
ops
  {open = 0x8000003 <callback>, close = 0x8000001 <plain>, read = 0x0}
ops.open
  (int (*)(int)) 0x8000003 <callback>
ops.close
  (void (*)(void)) 0x8000001 <plain>
ops.read
  (int (*)(struct ops *, const char *, ...)) 0x0
origin
  {x = 0, y = 0}
origin.x
  0
origin.y
  0
other_only
  48879
packed
  {a = 112 'p', b = 16909060, c = -2}
packed.a
  112 'p'
packed.b
  16909060
packed.c
  -2
pointer_to_array
  (int (*)[5]) 0x2000015c <array>
pointers
  {0x2000015c <array>, 0x0, 0x20000164 <array+8>}
pointers[0]
  (int *) 0x2000015c <array>
pointers[1]
  (int *) 0x0
points
  {{x = 1, y = 1}, {x = 2, y = 2}, {x = 0, y = 0}, {x = 0, y = 0}, {x = 0, y = 0}, {x = 0, y = 0}, {x = 0, y = 0}, {x = 0, y = 0}, {x = 0, y = 0}, {x = 0, y = 0}, {x = 0, y = 0}, {x = 0, y = 0}}
points[0]
  {x = 1, y = 1}
points[0].x
  1
points[0].y
  1
points[1]
  {x = 2, y = 2}
points[1].x
  2
points[1].y
  2
quote
  39 '\''
ranges
  271
reals
  {1.5, -2.25, 1.00000001e-10}
reals[0]
  1.5
reals[1]
  -2.25
repeated
  'a' <repeats 20 times>, "bc", 'b' <repeats 15 times>, "\000\000"
repeated[0]
  97 'a'
repeated[1]
  97 'a'
rows
  {"ab\000", "cd\000"}
rows[0]
  "ab\000"
rows[0][0]
  97 'a'
rows[0][1]
  98 'b'
rows[1]
  "cd\000"
rows[1][0]
  99 'c'
rows[1][1]
  100 'd'
runs
  {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2 <repeats 12 times>, 0, 0, 0, 0, 0, 0, 0, 0}
runs[0]
  0
runs[1]
  0
signed_codes
  "s\377\000"
signed_codes[0]
  115 's'
signed_codes[1]
  -1 '\377'
single
  0.100000001
single_large
  1.00000002e+30
single_nan
  nan(0x400000)
single_whole
  3
size
  77
small
  -12345
table
  {1, 4, 9, 16}
table[0]
  1
table[1]
  4
tail
  {next = 0x0, name = 0x20000b74 "tail", value = 3}
tail.next
  (struct node *) 0x0
tail.name
  0x20000b74 "tail"
tail.value
  3
text
  0x20000b44 "hello, \"world\"\n\t\\ \001\377"
texts
  {0x20000b60 "one", 0x20000b70 "two", 0x0, 0x20000b79 "four"}
texts[0]
  0x20000b60 "one"
texts[1]
  0x20000b70 "two"
the_opaque
  {secret = 11, more = 12}
the_opaque.secret
  11
the_opaque.more
  12
tiny
  -3 '\375'
truth
  true
truths
  {true, false, true, true}
truths[0]
  true
truths[1]
  false
two_flags
  (FLAG_READY | FLAG_ERROR)
u32
  3735928559
u8
  65 'A'
ubig
  18446744073709551615
ulnumber
  5
unclean
  "ab\000\000\000\000\000\000\000\000x"
unclean[0]
  97 'a'
unclean[1]
  98 'b'
unumber
  4000000000
usmall
  54321
wide
  3.1415926535897931
wide_inf
  -inf
wide_tiny
  4.9406564584124654e-324
wide_zero
  -0
word
  "word", '\000' <repeats 11 times>
word[0]
  119 'w'
word[1]
  111 'o'
ten
  "aaaaaaaaaa\000"
ten[0]
  97 'a'
ten[1]
  97 'a'
eleven
  'a' <repeats 11 times>
eleven[0]
  97 'a'
eleven[1]
  97 'a'
pairs
  "aabbaabbaabbaabbaabbaabbaabbaabbaabbaabbaabbaabbaabbaabbaabbaabbaabbaabbaabbaabbaabbaabbaabbaabbaabbaabbaabbaabbaabbaabbaabbaabbaabbaabbaabbaabbaabbaabbaabbaabbaabbaabbaabbaabbaabbaabbaabbaabbaabbaabb"...
pairs[0]
  97 'a'
pairs[1]
  97 'a'
pairs_text
  0x2000082f <pairs> "aabbaabbaabbaabbaabbaabbaabbaabbaabbaabbaabbaabbaabbaabbaabbaabbaabbaabbaabbaabbaabbaabbaabbaabbaabbaabbaabbaabbaabbaabbaabbaabbaabbaabbaabbaabbaabbaabbaabbaabbaabbaabbaabbaabbaabbaabbaabbaabbaabbaabb"...
grid
  {{0, 0} <repeats 12 times>}
grid[0]
  {0, 0}
grid[0][0]
  0
grid[0][1]
  0
grid[1]
  {0, 0}
grid[1][0]
  0
grid[1][1]
  0
wide_grid
  {{1, 0 <repeats 13 times>}, {0 <repeats 14 times>}}
wide_grid[0]
  {1, 0 <repeats 13 times>}
wide_grid[0][0]
  1
wide_grid[0][1]
  0
wide_grid[1]
  {0 <repeats 14 times>}
wide_grid[1][0]
  0
wide_grid[1][1]
  0
both_bits
  (BIT_0 | BIT_2)
odd_bits
  (BIT_2 | unknown: 0x8)
far_bits
  (unknown: 0x8)
zeros
  {0 <repeats 300 times>}
zeros[0]
  0
zeros[1]
  0
next_count::count
  17
next_count::where
  {x = 3, y = <synthetic pointer>}
next_count::where.x
  3
next_count::where.y
  <synthetic pointer>
*list->next
  {next = 0x20000100 <tail>, name = 0x20000b59 "middle", value = 2}
(*list->next).next
  (struct node *) 0x20000100 <tail>
*(*list->next).next
  {next = 0x0, name = 0x20000b74 "tail", value = 3}
(*(*list->next).next).next
  (struct node *) 0x0
(*(*list->next).next).name
  0x20000b74 "tail"
(*(*list->next).next).value
  3
(*list->next).name
  0x20000b59 "middle"
(*list->next).value
  2
&array[1]
  (int *) 0x20000160 <array+4>
&nested.at
  (struct point *) 0x200000ca <nested+2>
*&nested.at
  {x = 1, y = 2}
(*&nested.at).x
  1
(*&nested.at).y
  2
array + 1
  (int *) 0x20000160 <array+4>
number + 1
  -123456788
main
  {int (void)} 0x8000024 <main>
&callback
  (int (*)(int)) 0x8000002 <callback>
matrix[1]
  "\005\006\a\b"
matrix[1][0]
  5 '\005'
matrix[1][1]
  6 '\006'
cube[1]
  {{7, 8, 9}, {10, 11, 12}}
cube[1][0]
  {7, 8, 9}
cube[1][0][0]
  7
cube[1][0][1]
  8
cube[1][1]
  {10, 11, 12}
cube[1][1][0]
  10
cube[1][1][1]
  11
'values.c'::same
  1
'other.c'::same
  2
(char)65
  65 'A'
(int)single_whole
  3
(struct point *)&nested.at
  (struct point *) 0x200000ca <nested+2>
*(struct point *)&nested.at
  {x = 1, y = 2}
(*(struct point *)&nested.at).x
  1
(*(struct point *)&nested.at).y
  2
