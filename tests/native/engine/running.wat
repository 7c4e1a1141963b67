(module
  (import "host" "memory" (memory 1 65536 shared))
  (import "host" "fork" (func $fork (param i32) (result i32)))
  (type $one (func (param i32) (result i32)))
  (func (export "sum") (type $one) (local $sum i32)
    (loop $on
      (local.set $sum (i32.add (local.get $sum) (local.get 0)))
      (br_if $on (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
    (local.get $sum))
  (func (export "fork") (type $one) (i32.add (call $fork (local.get 0)) (i32.const 1)))
  (func (export "fails") (type $one) (unreachable))
  (func (export "wait_for_word") (type $one)
    (loop $on (br_if $on (i32.eqz (i32.atomic.load (local.get 0))))) (i32.const 1))
  ;; MORE
)
