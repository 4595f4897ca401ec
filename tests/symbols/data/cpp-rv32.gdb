motor::pid
  {kp = 1.5, ki = 0.25, limit = -1, static instances = 2, static scale = 16}
motor::pid.kp
  1.5
motor::pid.ki
  0.25
motor::pid.limit
  -1
motor::pid.instances
  2
motor::pid.scale
  16
motor::state
  motor::State::Running
motor::odd
  9
motor::Pid::instances
  2
motor::Pid::scale
  16
ring
  {data = {0, 0, 0, 0}, head = 1, last = 0x20000030 <ring+12>}
ring.data
  {0, 0, 0, 0}
ring.data[0]
  0
ring.data[1]
  0
ring.head
  1
ring.last
  (int *) 0x20000030 <ring+12>
pid_ring
  {data = {{kp = 1.5, ki = 0.25, limit = -1, static instances = 2, static scale = 16}, {kp = 1.5, ki = 0.25, limit = -1, static instances = 2, static scale = 16}}, head = 1, last = 0x20000048 <pid_ring+12>}
pid_ring.data
  {{kp = 1.5, ki = 0.25, limit = -1, static instances = 2, static scale = 16}, {kp = 1.5, ki = 0.25, limit = -1, static instances = 2, static scale = 16}}
pid_ring.data[0]
  {kp = 1.5, ki = 0.25, limit = -1, static instances = 2, static scale = 16}
pid_ring.data[0].kp
  1.5
pid_ring.data[0].ki
  0.25
pid_ring.data[0].limit
  -1
pid_ring.data[0].instances
  2
pid_ring.data[0].scale
  16
pid_ring.data[1]
  {kp = 1.5, ki = 0.25, limit = -1, static instances = 2, static scale = 16}
pid_ring.data[1].kp
  1.5
pid_ring.data[1].ki
  0.25
pid_ring.data[1].limit
  -1
pid_ring.data[1].instances
  2
pid_ring.data[1].scale
  16
pid_ring.head
  1
pid_ring.last
  (motor::Pid *) 0x20000048 <pid_ring+12>
*pid_ring.last
  {kp = 1.5, ki = 0.25, limit = -1, static instances = 2, static scale = 16}
(*pid_ring.last).kp
  1.5
(*pid_ring.last).ki
  0.25
(*pid_ring.last).limit
  -1
(*pid_ring.last).instances
  2
(*pid_ring.last).scale
  16
shared_value<int>
  9
derived
  {<Base> = {_vptr.Base = 0x8000368 <vtable for Derived+8>, id = 1}, <Second> = {s = 2}, c = 100 'd'}
derived.c
  100 'd'
plain_object
  {<Second> = {s = 2}, <Empty> = {<No data fields>}, p = 3}
plain_object.p
  3
virtual_object
  {<Second> = <invalid address>, _vptr.Virtual = 0x0, v = 0}
virtual_object.v
  0
base_pointer
  (Base *) 0x2000005c <derived>
*base_pointer
  {_vptr.Base = 0x8000368 <vtable for Derived+8>, id = 1}
(*base_pointer).id
  1
base_reference
  (Base &) @0x2000005c: {_vptr.Base = 0x8000368 <vtable for Derived+8>, id = 1}
moved
  (int &&) @0x20000098: 3
number
  4
reference
  (int &) @0x200000b4: 4
member
  &motor::Pid::limit
method
  &virtual Base::get()
run
  (int (Task::*)(Task * const, int)) 0x8000234 <Task::run(int)>
no_run
  NULL
box
  {<Task> = {wide = 6}, inside = 0}
box.inside
  0
text_box
  {<Task> = {wide = 6}, inside = 0x0}
text_box.inside
  0x0
box_box
  {<Task> = {wide = 6}, inside = {<Task> = {wide = 6}, inside = 0}}
box_box.inside
  {<Task> = {wide = 6}, inside = 0}
box_box.inside.inside
  0
&text_box
  (Box<char const*> *) 0x200000d4 <text_box>
*&text_box
  {<Task> = {wide = 6}, inside = 0x0}
(*&text_box).inside
  0x0
&box_box.inside
  (Box<short> *) 0x2000006c <box_box+4>
*&box_box.inside
  {<Task> = {wide = 6}, inside = 0}
(*&box_box.inside).inside
  0
truth
  true
wide16
  233 u'\351'
wide32
  120 U'x'
wide
  119 L'w'
text16
  u"abc"
text16[0]
  97 u'a'
text16[1]
  98 u'b'
wide_text
  0x8000340 L"wide"
lambda
  {<No data fields>}
capture
  {__copy = 12}
capture.__copy
  12
counter
  {hits = 6, cache = 8}
counter.hits
  6
counter.cache
  8
outer
  {inner = {depth = 2, kind = Outer::Inner::Last}, {a = 1, b = 1.40129846e-45}}
outer.inner
  {depth = 2, kind = Outer::Inner::Last}
outer.inner.depth
  2
outer.inner.kind
  Outer::Inner::Last
alias
  {depth = 2, kind = Outer::Inner::Last}
alias.depth
  2
alias.kind
  Outer::Inner::Last
bits
  {state = motor::State::Running, on = true, rest = -100}
bits.state
  motor::State::Running
bits.on
  true
bits.rest
  -100
function
  (void (*)(motor::Pid &, const Ring<int, 4> *)) 0x0
Counter::next()::count
  21
Counter::next(int)::step
  31
*base_pointer
  {_vptr.Base = 0x8000368 <vtable for Derived+8>, id = 1}
(*base_pointer).id
  1
inner_pointer
  (Outer::Inner *) 0x20000074 <outer>
*inner_pointer
  {depth = 2, kind = Outer::Inner::Last}
(*inner_pointer).depth
  2
(*inner_pointer).kind
  Outer::Inner::Last
&ring
  (Ring<int, 4> *) 0x20000024 <ring>
*&ring
  {data = {0, 0, 0, 0}, head = 1, last = 0x20000030 <ring+12>}
(*&ring).data
  {0, 0, 0, 0}
(*&ring).head
  1
(*&ring).last
  (int *) 0x20000030 <ring+12>
&outer.inner
  (Outer::Inner *) 0x20000074 <outer>
*&outer.inner
  {depth = 2, kind = Outer::Inner::Last}
(*&outer.inner).depth
  2
(*&outer.inner).kind
  Outer::Inner::Last
*inner_pointer
  {depth = 2, kind = Outer::Inner::Last}
(*inner_pointer).depth
  2
(*inner_pointer).kind
  Outer::Inner::Last
&ring.data
  (int (*)[4]) 0x20000024 <ring>
motor::deep::pids
  {{kp = 1.5, ki = 0.25, limit = -1, static instances = 2, static scale = 16}, {kp = 1.5, ki = 0.25, limit = -1, static instances = 2, static scale = 16}}
motor::deep::pids[0]
  {kp = 1.5, ki = 0.25, limit = -1, static instances = 2, static scale = 16}
motor::deep::pids[0].kp
  1.5
motor::deep::pids[0].ki
  0.25
motor::deep::pids[0].limit
  -1
motor::deep::pids[0].instances
  2
motor::deep::pids[0].scale
  16
motor::deep::pids[1]
  {kp = 1.5, ki = 0.25, limit = -1, static instances = 2, static scale = 16}
motor::deep::pids[1].kp
  1.5
motor::deep::pids[1].ki
  0.25
motor::deep::pids[1].limit
  -1
motor::deep::pids[1].instances
  2
motor::deep::pids[1].scale
  16
motor::deep::level
  3
main
  {int (void)} 0x8000000 <main()>
&motor::pid.kp
  (float *) 0x20000000 <motor::pid>
(Ring<int, 4> *)&ring
  (Ring<int, 4> *) 0x20000024 <ring>
*(Ring<int, 4> *)&ring
  {data = {0, 0, 0, 0}, head = 1, last = 0x20000030 <ring+12>}
(*(Ring<int, 4> *)&ring).data
  {0, 0, 0, 0}
(*(Ring<int, 4> *)&ring).head
  1
(*(Ring<int, 4> *)&ring).last
  (int *) 0x20000030 <ring+12>
motor::State::Running
  motor::State::Running
derived.id
  1
&derived
  (Derived *) 0x2000005c <derived>
*&derived
  {<Base> = {_vptr.Base = 0x8000368 <vtable for Derived+8>, id = 1}, <Second> = {s = 2}, c = 100 'd'}
(*&derived).c
  100 'd'
