"""The college edition's address book: where its students stand. protocol/dingtalk.md 7"""

from __future__ import annotations

from bot.sandbox.dingtalk.corp import DingCorp
from bot.sandbox.dingtalk.wire import Call, need
from bot.sandbox.wire import Json


def standard(corp: DingCorp, _call: Call) -> Json:
    """depts/structures/standards: the fixed departments of staff and students."""
    root = corp.staff.student_root
    need(root is not None, "parameterInvalid", "PARAMETER_INVALID")
    return {"success": True, "result": {"struId": 1, "teacherDeptId": 1, "studentDeptId": root}}


def below(corp: DingCorp, call: Call) -> Json:
    """subDepts: direct children, no paging."""
    need(corp.staff.student_root is not None, "parameterInvalid", "PARAMETER_INVALID")
    id, known = call.query.get("deptId", ""), corp.staff.directory.departments
    need(id.isdecimal() and int(id) in known, "invalidDepartmentId", "INVALID_DEPARTMENT_ID")
    found = [
        {"deptId": one.id, "name": one.name, "struId": 1, "parentId": one.parent, "deptType": "contact_class_dept"}
        for one in known.values()
        if one.parent == int(id) and one.id != one.parent
    ]
    return {"success": True, "result": found}
