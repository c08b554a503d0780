"""The datasets of the room. A cohort is named by ``born``: b are the children born from 1 September b-1 to 31 August b,
who enter primary school in the year b+6 (six years old by 31 August) and junior school in b+12.
"""

from __future__ import annotations

from tools.feeds.dataset import Column, Dataset

SCHOOLS = Dataset(
    "schools.register",
    "中小学名录",
    key=("id",),
    columns=(
        Column("id", "text", "编号"),
        Column("name", "text", "学校"),
        Column("aliases", "text", "简称，用顿号分开", required=False),
        Column("kind", "text", "学段：primary、junior、nine_year"),
        Column("nature", "text", "性质：public、private"),
        Column("district", "text", "区县"),
        Column("address", "text", "地址"),
        Column("phone", "text", "电话", required=False),
        Column("lon", "float", "经度", "度", least=-180, most=180),
        Column("lat", "float", "纬度", "度", least=-90, most=90),
    ),
)

PLACES = Dataset(
    "schools.places",
    "分年度学位",
    key=("school", "stage", "year"),
    columns=(
        Column("school", "text", "学校编号"),
        Column("stage", "text", "学段：primary、junior"),
        Column("year", "int", "入学年份", least=2000, most=2100),
        Column("classes", "int", "班数", "个", least=0, most=150),
        Column("seats", "int", "学位总数", "个", least=0, most=8_000),
        Column("entry", "int", "起始年级学位", "个", least=0, most=2_000),
    ),
)
"""Past, present and planned years: an expansion shows in the year in which it opens."""

CATCHMENTS = Dataset(
    "schools.catchments",
    "学校服务范围",
    key=("id",),
    columns=(
        Column("id", "text", "编号"),
        Column("name", "text", "服务范围"),
        Column("stage", "text", "学段：primary、junior"),
        Column("district", "text", "区县"),
        Column("year", "int", "公布年份", least=2000, most=2100),
        Column("area", "shape", "范围"),
    ),
)

SERVES = Dataset(
    "schools.serves",
    "服务范围对应的学校",
    key=("catchment", "school"),
    columns=(Column("catchment", "text", "服务范围编号"), Column("school", "text", "学校编号")),
)

COVERS = Dataset(
    "schools.covers",
    "服务范围包含的社区",
    key=("catchment", "community"),
    columns=(
        Column("catchment", "text", "服务范围编号"),
        Column("community", "text", "社区编号"),
        Column("name", "text", "社区"),
    ),
)

CHILDREN = Dataset(
    "schools.children",
    "常住儿童（按社区和出生学年汇总）",
    key=("community", "born"),
    time="at",
    columns=(
        Column("community", "text", "社区编号"),
        Column("district", "text", "区县"),
        Column("born", "int", "出生学年", least=1990, most=2100),
        Column("at", "time", "统计时点"),
        Column("children", "int", "人数", "人", least=0, most=20_000),
    ),
)

ENTRANTS = Dataset(
    "schools.entrants",
    "历年公办学校新生",
    key=("catchment", "year"),
    time="at",
    columns=(
        Column("catchment", "text", "服务范围编号"),
        Column("year", "int", "入学年份", least=2000, most=2100),
        Column("at", "time", "登记时间"),
        Column("entrants", "int", "新生", "人", least=0, most=5_000),
    ),
)

HOMES = Dataset(
    "schools.homes",
    "新房交付",
    key=("id",),
    columns=(
        Column("id", "text", "编号"),
        Column("name", "text", "项目"),
        Column("community", "text", "社区编号"),
        Column("year", "int", "交付年份", least=2000, most=2100),
        Column("homes", "int", "套数", "套", least=0, most=20_000),
    ),
)
"""``year`` y: handed over from 1 September y-1 to 31 August y."""

POINTS = Dataset(
    "schools.points",
    "居住点",
    key=("id",),
    columns=(
        Column("id", "text", "编号"),
        Column("name", "text", "居住点"),
        Column("community", "text", "社区编号"),
        Column("community_name", "text", "社区"),
        Column("district", "text", "区县"),
        Column("lon", "float", "经度", "度", least=-180, most=180),
        Column("lat", "float", "纬度", "度", least=-90, most=90),
        Column("homes", "int", "住户", "户", least=0, most=50_000),
    ),
)

PARCELS = Dataset(
    "schools.parcels",
    "储备教育用地",
    key=("id",),
    columns=(
        Column("id", "text", "编号"),
        Column("name", "text", "地块"),
        Column("district", "text", "区县"),
        Column("street", "text", "街道"),
        Column("lon", "float", "经度", "度", least=-180, most=180),
        Column("lat", "float", "纬度", "度", least=-90, most=90),
        Column("hectares", "float", "面积", "公顷", least=0, most=50),
        Column("cleared", "flag", "是否净地"),
        Column("free_from", "int", "可供地年份", least=2000, most=2100),
    ),
)

EVERY = (SCHOOLS, PLACES, CATCHMENTS, SERVES, COVERS, CHILDREN, ENTRANTS, HOMES, POINTS, PARCELS)
