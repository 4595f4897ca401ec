number
  5
constant_pointer
  (int * const) 0x20000000 <number>
&constant_pointer
  (int * const *) 0x8000054 <constant_pointer>
to_constant_pointer
  (int * const *) 0x8000054 <constant_pointer>
&to_constant_pointer
  (int * const **) 0x20000004 <to_constant_pointer>
volatile_pointer
  (const int * volatile) 0x20000000 <number>
&volatile_pointer
  (const int * volatile *) 0x20000008 <volatile_pointer>
letters
  "letters"
letters[0]
  108 'l'
letters[1]
  101 'e'
&letters
  (const char (*)[8]) 0x8000058 <letters>
to_letters
  (const char (*)[8]) 0x8000058 <letters>
grid
  {{1, 2, 3}, {4, 5, 6}}
grid[0]
  {1, 2, 3}
grid[0][0]
  1
grid[0][1]
  2
grid[1]
  {4, 5, 6}
grid[1][0]
  4
grid[1][1]
  5
&grid
  (const volatile int (*)[2][3]) 0x20000010 <grid>
&grid[1]
  (const volatile int (*)[3]) 0x2000001c <grid+12>
wide
  9223372036854775808
&wide
  (const volatile unsigned long long *) 0x20000028 <wide>
&count
  (unsigned long *) 0x20000030 <count>
&small
  (unsigned short *) 0x20000034 <small>
message
  {size = 3, text = 0x2000003c <message+4> "hey"}
message.size
  3
message.text
  0x2000003c <message+4> "hey"
message.text[0]
  104 'h'
&message
  (struct message *) 0x20000038 <message>
*&message
  {size = 3, text = 0x2000003c <message+4> "hey"}
(*&message).size
  3
(*&message).text
  0x2000003c <message+4> "hey"
message_pointer
  (struct message *) 0x20000038 <message>
*message_pointer
  {size = 3, text = 0x2000003c <message+4> "hey"}
(*message_pointer).size
  3
(*message_pointer).text
  0x2000003c <message+4> "hey"
message_pointer->text
  0x2000003c <message+4> "hey"
message_pointer->text[0]
  104 'h'
nothing
  {before = 1, none = 0x20000048 <nothing+4>, after = 2}
nothing.before
  1
nothing.none
  0x20000048 <nothing+4>
nothing.after
  2
&nothing.none
  (int (*)[0]) 0x20000048 <nothing+4>
function
  (function_type *) 0x8000001 <twice>
&function
  (function_type **) 0x2000004c <function>
functions
  {0x8000001 <twice>, 0x0}
functions[0]
  (int (* const)(int)) 0x8000001 <twice>
functions[1]
  (int (* const)(int)) 0x0
&functions
  (int (* const (*)[2])(int)) 0x8000060 <functions>
twice
  {int (int)} 0x8000000 <twice>
&twice
  (int (*)(int)) 0x8000000 <twice>
'rare.c'::hidden
  4660
