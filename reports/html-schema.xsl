<?xml version="1.0" encoding="UTF-8"?>
<!-- Part of html.xsl: the requirements, and the schema at head with what became of its rules. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"
                xmlns:pgs="urn:pgstair:report" exclude-result-prefixes="pgs">

  <!-- Links to what passed; more are a number. -->
  <xsl:variable name="most-links" select="30"/>

  <xsl:key name="of-phase" match="system/requirement" use="concat(../@name, '&#10;', @phase)"/>

  <xsl:template name="requirements">
    <xsl:if test="system/requirement">
      <section id="requirements" aria-labelledby="requirements-heading">
        <h2 id="requirements-heading">Requirements</h2>
        <xsl:for-each select="system[requirement]">
          <div class="card">
            <xsl:call-template name="system-heading"/>
            <xsl:call-template name="phases"/>
          </div>
        </xsl:for-each>
      </section>
    </xsl:if>
  </xsl:template>

  <xsl:template name="phases">
    <xsl:variable name="system" select="@name"/>
    <xsl:for-each select="phase">
      <xsl:call-template name="phase">
        <xsl:with-param name="requirements" select="key('of-phase', concat($system, '&#10;', @id))"/>
        <xsl:with-param name="title" select="concat('Phase ', @id, substring(': ', 1, 2 * boolean(@title)), @title)"/>
        <xsl:with-param name="manual" select="manual"/>
      </xsl:call-template>
    </xsl:for-each>
    <xsl:variable name="listed" select="phase/@id"/>
    <xsl:call-template name="phase">
      <xsl:with-param name="requirements" select="requirement[not(@phase = $listed)]"/>
      <xsl:with-param name="title">
        <xsl:choose>
          <xsl:when test="phase">Without a phase</xsl:when>
          <xsl:otherwise>All</xsl:otherwise>
        </xsl:choose>
      </xsl:with-param>
    </xsl:call-template>
  </xsl:template>

  <xsl:template name="phase">
    <xsl:param name="requirements"/>
    <xsl:param name="title"/>
    <xsl:param name="manual" select="/.."/>
    <xsl:if test="$requirements or $manual">
      <xsl:if test="$requirements">
        <div class="scroll" tabindex="0" role="group" aria-label="Requirements: {substring($title, 1, 80)}">
          <table class="requirements">
            <caption>
              <bdi><xsl:value-of select="$title"/></bdi>
              <span class="hint">
                <xsl:value-of select="concat(' ', count($requirements[@state = 'proven']), ' of ',
                                      count($requirements), ' proven')"/>
              </span>
            </caption>
            <thead>
              <tr>
                <th scope="col">Requirement</th>
                <th scope="col">State</th>
                <th scope="col">Checks</th>
                <th scope="col">Evidence</th>
              </tr>
            </thead>
            <tbody>
              <xsl:apply-templates select="$requirements"/>
            </tbody>
          </table>
        </div>
      </xsl:if>
      <xsl:if test="$manual">
        <div class="manual">
          <h4>
            <xsl:text>For a person to check</xsl:text>
            <xsl:if test="not($requirements)">: <bdi><xsl:value-of select="$title"/></bdi></xsl:if>
          </h4>
          <ul class="boxes">
            <xsl:for-each select="$manual">
              <li><span aria-hidden="true">☐ </span><bdi><xsl:value-of select="."/></bdi></li>
            </xsl:for-each>
          </ul>
        </div>
      </xsl:if>
    </xsl:if>
  </xsl:template>

  <xsl:template match="requirement">
    <tr>
      <xsl:attribute name="id">
        <xsl:call-template name="id">
          <xsl:with-param name="of" select="concat('requirement&#10;', ../@name, '&#10;', @id)"/>
        </xsl:call-template>
      </xsl:attribute>
      <th scope="row">
        <xsl:call-template name="name">
          <xsl:with-param name="text" select="@id"/>
          <xsl:with-param name="most" select="60"/>
        </xsl:call-template>
        <span class="text" dir="auto"><xsl:value-of select="text"/></span>
      </th>
      <td>
        <xsl:call-template name="badge">
          <xsl:with-param name="status" select="@state"/>
        </xsl:call-template>
        <xsl:if test="@fails = 'true'">
          <span class="fails">makes the run fail</span>
        </xsl:if>
        <xsl:if test="reason">
          <span class="reason" dir="auto"><xsl:value-of select="reason"/></span>
        </xsl:if>
      </td>
      <td>
        <ul class="plain checks">
          <xsl:for-each select="served-by">
            <li>
              <code><xsl:value-of select="@check"/></code>
              <xsl:for-each select="@failed | @error | @warning | @accepted | @skipped | @passed | @info">
                <xsl:text> </xsl:text>
                <span class="mini {name()}">
                  <span aria-hidden="true">
                    <xsl:call-template name="sign">
                      <xsl:with-param name="status" select="name()"/>
                    </xsl:call-template>
                  </span>
                  <xsl:value-of select="concat(' ', .)"/>
                  <span class="unseen"><xsl:value-of select="concat(' ', name())"/></span>
                </span>
              </xsl:for-each>
            </li>
          </xsl:for-each>
          <xsl:if test="need">
            <li class="hint">
              <xsl:text>needs </xsl:text>
              <xsl:for-each select="need">
                <xsl:if test="position() &gt; 1">, </xsl:if>
                <code><xsl:value-of select="."/></code>
              </xsl:for-each>
            </li>
          </xsl:if>
          <xsl:if test="coverage">
            <li class="hint"><xsl:value-of select="concat('needs ', coverage/@lines, ' % of the lines')"/></li>
          </xsl:if>
        </ul>
      </td>
      <td><xsl:call-template name="evidence"/></td>
    </tr>
  </xsl:template>

  <xsl:template name="evidence">
    <xsl:variable name="findings" select="key('by-requirement', concat(../@name, '&#10;', @id))/.."/>
    <xsl:variable name="passed" select="$findings[@status = 'passed']"/>
    <xsl:variable name="others" select="$findings[@status != 'passed']"/>
    <xsl:choose>
      <xsl:when test="not($findings)"><span class="none">none</span></xsl:when>
      <xsl:otherwise>
        <xsl:if test="$others">
          <ul class="links">
            <xsl:for-each select="$others[position() &lt;= $most-links]">
              <li>
                <xsl:call-template name="badge"/>
                <xsl:text> </xsl:text>
                <xsl:call-template name="finding-link"/>
              </li>
            </xsl:for-each>
          </ul>
        </xsl:if>
        <xsl:if test="$passed">
          <!-- On paper their number does: they would be column after column of links. -->
          <details class="links unprinted">
            <summary>
              <xsl:value-of select="concat(format-number(count($passed), '#,##0'), ' passed')"/>
              <span class="unseen"> for <bdi><xsl:value-of select="substring(@id, 1, 60)"/></bdi></span>
            </summary>
            <ul>
              <xsl:for-each select="$passed[position() &lt;= $most-links]">
                <li><xsl:call-template name="finding-link"/></li>
              </xsl:for-each>
              <xsl:if test="count($passed) &gt; $most-links">
                <li class="hint">
                  <xsl:value-of select="concat('and ', format-number(count($passed) - $most-links, '#,##0'), ' more')"/>
                </li>
              </xsl:if>
            </ul>
          </details>
        </xsl:if>
      </xsl:otherwise>
    </xsl:choose>
  </xsl:template>

  <!-- == the schema == -->

  <xsl:template name="schema">
    <xsl:if test="system/schema/relation">
      <section id="schema" aria-labelledby="schema-heading">
        <h2 id="schema-heading">Schema</h2>
        <p class="lead">What the migrations lead to, and whether each of its rules was seen at work on rows.</p>
        <xsl:for-each select="system[schema/relation]">
          <div class="card">
            <xsl:call-template name="system-heading"/>
            <xsl:if test="function-available('pgs:diagram')">
              <xsl:copy-of select="pgs:diagram(.)"/>
            </xsl:if>
            <xsl:choose>
              <!-- The drawings' own folds are as many. -->
              <xsl:when test="count(schema/relation) &gt; 12">
                <details class="fold">
                  <summary>
                    <h4>
                      <xsl:value-of select="concat('All ', format-number(count(schema/relation), '#,##0'), ' as tables')"/>
                    </h4>
                    <span class="unseen"> of <bdi><xsl:value-of select="substring(@name, 1, 60)"/></bdi></span>
                  </summary>
                  <xsl:apply-templates select="schema/relation"/>
                </details>
              </xsl:when>
              <xsl:otherwise>
                <h4>As tables</h4>
                <xsl:apply-templates select="schema/relation"/>
              </xsl:otherwise>
            </xsl:choose>
          </div>
        </xsl:for-each>
      </section>
    </xsl:if>
  </xsl:template>

  <xsl:template match="relation">
    <xsl:variable name="number" select="position()"/>
    <details class="relation">
      <summary>
        <span class="label">
          <xsl:call-template name="name">
            <xsl:with-param name="text" select="@name"/>
          </xsl:call-template>
        </span>
        <xsl:text> </xsl:text>
        <span class="tag"><bdi><xsl:value-of select="@kind"/></bdi></span>
        <xsl:text> </xsl:text>
        <span class="hint">
          <xsl:call-template name="count">
            <xsl:with-param name="n" select="count(column)"/>
            <xsl:with-param name="one">column</xsl:with-param>
          </xsl:call-template>
          <xsl:call-template name="rules-at-work"/>
        </span>
      </summary>
      <div class="body">
        <xsl:if test="comment"><p dir="auto"><xsl:value-of select="comment"/></p></xsl:if>
        <xsl:if test="@parent">
          <p>Partition of <bdi><xsl:value-of select="@parent"/></bdi></p>
        </xsl:if>
        <xsl:if test="column">
          <div class="scroll" tabindex="0" role="group" aria-label="Columns of {substring(@name, 1, 80)}">
            <table>
              <caption>Columns</caption>
              <thead>
                <tr>
                  <th scope="col">Column</th>
                  <th scope="col">Type</th>
                  <th scope="col">NULL</th>
                  <th scope="col">Value</th>
                </tr>
              </thead>
              <tbody><xsl:apply-templates select="column"/></tbody>
            </table>
          </div>
        </xsl:if>
        <xsl:if test="constraint">
          <div class="scroll" tabindex="0" role="group" aria-label="Keys and rules of {substring(@name, 1, 80)}">
            <table>
              <caption>Keys and rules</caption>
              <thead>
                <tr>
                  <th scope="col">Name</th>
                  <th scope="col">Kind</th>
                  <th scope="col">What it says</th>
                  <th scope="col">On rows</th>
                </tr>
              </thead>
              <tbody><xsl:apply-templates select="constraint"/></tbody>
            </table>
          </div>
        </xsl:if>
      </div>
    </details>
  </xsl:template>

  <!-- ", 7 of 8 rules at work": as the diagram counts them (harness/report/diagram_model.c).  A
       column's NOT NULL is one where it was tried; a plain index is none. -->
  <xsl:template name="rules-at-work">
    <xsl:variable name="relation" select="concat(../../@name, '&#10;column ', @name, '.')"/>
    <xsl:variable name="states">
      <xsl:for-each select="constraint[not(@kind = 'index' and not(@unique = 'true'))]">
        <xsl:variable name="state"><xsl:call-template name="rule-state"/></xsl:variable>
        <xsl:value-of select="substring($state, 1, 1)"/>
      </xsl:for-each>
      <xsl:for-each select="column[key('by-object', concat($relation, @name))[starts-with(@check, 'exercise.')]]">
        <xsl:variable name="state">
          <xsl:call-template name="rule-state">
            <xsl:with-param name="object" select="concat('column ', ../@name, '.', @name)"/>
          </xsl:call-template>
        </xsl:variable>
        <xsl:value-of select="substring($state, 1, 1)"/>
      </xsl:for-each>
    </xsl:variable>
    <xsl:variable name="n" select="string-length($states)"/>
    <xsl:if test="$n &gt; 0">
      <xsl:value-of select="concat(', ', string-length(translate($states, 'fasu', '')), ' of ')"/>
      <xsl:call-template name="count">
        <xsl:with-param name="n" select="$n"/>
        <xsl:with-param name="one">rule</xsl:with-param>
      </xsl:call-template>
      <xsl:text> seen at work</xsl:text>
    </xsl:if>
  </xsl:template>

  <xsl:template match="column">
    <tr>
      <th scope="row">
        <xsl:call-template name="name">
          <xsl:with-param name="text" select="@name"/>
        </xsl:call-template>
      </th>
      <td><bdi><xsl:value-of select="@type"/></bdi></td>
      <td>
        <xsl:choose>
          <xsl:when test="@not-null = 'true'">no</xsl:when>
          <xsl:otherwise>yes</xsl:otherwise>
        </xsl:choose>
      </td>
      <td>
        <xsl:if test="@identity = 'true'">identity </xsl:if>
        <xsl:if test="@generated = 'true'">generated: </xsl:if>
        <xsl:if test="value"><code><bdi><xsl:value-of select="value"/></bdi></code></xsl:if>
      </td>
    </tr>
  </xsl:template>

  <!-- As the diagram has it (harness/report/diagram.h). -->
  <xsl:template name="rule-state">
    <xsl:param name="object" select="@object"/>
    <xsl:variable name="findings" select="key('by-object', concat(../../../@name, '&#10;', $object))"/>
    <xsl:choose>
      <xsl:when test="function-available('pgs:state')">
        <xsl:value-of select="pgs:state(../../.., string($object))"/>
      </xsl:when>
      <xsl:when test="$findings[@status = 'failed' or @status = 'error']">failed</xsl:when>
      <xsl:when test="$findings[@status = 'accepted']">accepted</xsl:when>
      <xsl:when test="$findings[@status = 'passed' and starts-with(@check, 'exercise.')]">exercised</xsl:when>
      <xsl:when test="$findings[@status = 'skipped']">skipped</xsl:when>
      <xsl:otherwise>untried</xsl:otherwise>
    </xsl:choose>
  </xsl:template>

  <xsl:template name="finding-badge">
    <a>
      <xsl:attribute name="href">
        <xsl:text>#</xsl:text>
        <xsl:call-template name="own-id"/>
      </xsl:attribute>
      <xsl:call-template name="badge">
        <xsl:with-param name="words" select="concat(@status, ' in a plan')"/>
      </xsl:call-template>
    </a>
  </xsl:template>

  <xsl:template match="constraint">
    <xsl:variable name="state"><xsl:call-template name="rule-state"/></xsl:variable>
    <xsl:variable name="findings" select="key('by-object', concat(../../../@name, '&#10;', @object))"/>
    <tr>
      <th scope="row">
        <xsl:call-template name="name">
          <xsl:with-param name="text" select="@name"/>
        </xsl:call-template>
      </th>
      <td class="word"><bdi><xsl:value-of select="@kind"/></bdi></td>
      <td>
        <xsl:choose>
          <xsl:when test="@references">
            <bdi>
              <xsl:for-each select="on">
                <xsl:if test="position() &gt; 1">, </xsl:if>
                <xsl:value-of select="."/>
              </xsl:for-each>
            </bdi>
            <xsl:text> → </xsl:text>
            <bdi><xsl:value-of select="@references"/></bdi>
            <xsl:if test="@on-delete">
              <span class="rule">ON DELETE <bdi><xsl:value-of select="@on-delete"/></bdi></span>
            </xsl:if>
            <xsl:if test="@on-update and @on-update != 'NO ACTION'">
              <span class="rule">ON UPDATE <bdi><xsl:value-of select="@on-update"/></bdi></span>
            </xsl:if>
          </xsl:when>
          <xsl:when test="definition"><code><bdi><xsl:value-of select="definition"/></bdi></code></xsl:when>
          <xsl:otherwise>
            <xsl:for-each select="on">
              <xsl:if test="position() &gt; 1">, </xsl:if>
              <bdi><xsl:value-of select="."/></bdi>
            </xsl:for-each>
          </xsl:otherwise>
        </xsl:choose>
      </td>
      <td>
        <xsl:variable name="proof" select="$findings[starts-with(@check, 'exercise.')][1]"/>
        <xsl:variable name="plan" select="$findings[starts-with(@check, 'plan.')][1]"/>
        <xsl:choose>
          <!-- An index that is not unique refuses no row: a plan may need it. -->
          <xsl:when test="@kind = 'index' and not(@unique = 'true') and not($proof)">
            <xsl:for-each select="$plan"><xsl:call-template name="finding-badge"/></xsl:for-each>
            <xsl:if test="not($plan)"><span class="hint">no rule</span></xsl:if>
          </xsl:when>
          <xsl:when test="$proof">
            <a>
              <xsl:attribute name="href">
                <xsl:text>#</xsl:text>
                <xsl:call-template name="id">
                  <xsl:with-param name="of" select="generate-id($proof)"/>
                </xsl:call-template>
              </xsl:attribute>
              <xsl:call-template name="badge">
                <xsl:with-param name="status" select="$state"/>
              </xsl:call-template>
            </a>
          </xsl:when>
          <xsl:otherwise>
            <xsl:call-template name="badge">
              <xsl:with-param name="status" select="$state"/>
            </xsl:call-template>
          </xsl:otherwise>
        </xsl:choose>
      </td>
    </tr>
  </xsl:template>
</xsl:stylesheet>
